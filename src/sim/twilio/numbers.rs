//! The account's numbers, the messaging service with its pool, and how far their registration is: what `assistant connect` asks
//! and sets. A webhook that is set here is the one that texts are posted to.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    routing::get,
};
use serde_json::{Value, json};

use super::{
    Sim, TwilioSim,
    api::{authenticate, authorize, not_found},
    check::{Refusal, form, is_callback},
    locked,
};

/// What was set, by the name of the parameter.
pub(super) type Settings = HashMap<String, String>;

/// Parameters of the documented requests; all others are refused.
const OF_A_NUMBER: &[&str] = &[
    "AccountSid",
    "ApiVersion",
    "FriendlyName",
    "SmsApplicationSid",
    "SmsFallbackMethod",
    "SmsFallbackUrl",
    "SmsMethod",
    "SmsUrl",
    "StatusCallback",
    "StatusCallbackMethod",
    "VoiceUrl",
    "VoiceMethod",
    "VoiceFallbackUrl",
    "VoiceFallbackMethod",
];
const OF_A_SERVICE: &[&str] = &[
    "FriendlyName",
    "InboundRequestUrl",
    "InboundMethod",
    "FallbackUrl",
    "FallbackMethod",
    "StatusCallback",
    "StickySender",
    "MmsConverter",
    "SmartEncoding",
    "FallbackToLongCode",
    "AreaCodeGeomatch",
    "ValidityPeriod",
    "SynchronousValidation",
    "Usecase",
    "UseInboundWebhookOnNumber",
];

pub(super) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route(
            "/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json",
            get(list),
        )
        .route(
            "/2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{number}",
            get(find).post(set),
        )
        .route("/v1/Services/{service}", get(service).post(set_service))
        .route("/v1/Services/{service}/PhoneNumbers", get(pool))
        .route("/v1/Services/{service}/Compliance/Usa2p", get(campaigns))
        .route("/v1/a2p/BrandRegistrations", get(brands))
        .route("/v1/Tollfree/Verifications", get(toll_free))
}

impl TwilioSim {
    /// What was set on our `nth` number, from 0, by the name of the parameter; nothing when it was never set.
    pub fn number_setting(&self, nth: usize, name: &str) -> Option<String> {
        locked(&self.sim.settings)
            .get(&number_sid(nth))
            .and_then(|settings| settings.get(name).cloned())
    }

    /// What was set on the messaging service.
    pub fn service_setting(&self, name: &str) -> Option<String> {
        let service = self.sim.options.messaging_service.as_ref()?;
        locked(&self.sim.settings)
            .get(service)
            .and_then(|settings| settings.get(name).cloned())
    }
}

fn number_sid(nth: usize) -> String {
    format!("PN{:032x}", nth + 1)
}

fn wire(sim: &Sim, nth: usize) -> Value {
    let all = locked(&sim.settings);
    let settings = all.get(&number_sid(nth)).cloned().unwrap_or_default();
    let value = |name: &str| settings.get(name).cloned().unwrap_or_default();
    let or_post = |name: &str| settings.get(name).cloned().unwrap_or("POST".to_owned());
    let account = &sim.options.account_sid;
    let sid = number_sid(nth);
    json!({
        "sid": sid,
        "account_sid": account,
        "phone_number": sim.options.numbers[nth],
        "capabilities": { "voice": true, "sms": sim.options.texts, "mms": sim.options.texts, "fax": false },
        "sms_url": value("SmsUrl"),
        "sms_method": or_post("SmsMethod"),
        "sms_fallback_url": value("SmsFallbackUrl"),
        "sms_fallback_method": or_post("SmsFallbackMethod"),
        "sms_application_sid": value("SmsApplicationSid"),
        "status_callback": value("StatusCallback"),
        "uri": format!("/2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{sid}.json"),
    })
}

async fn list(
    State(sim): State<Arc<Sim>>,
    Path(account): Path<String>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, Refusal> {
    authorize(&sim, &account, &headers)?;
    let wanted = query.get("PhoneNumber").map_or("", String::as_str);
    // like the real one, it also finds numbers of which only a part is given
    let found: Vec<Value> = (0..sim.options.numbers.len())
        .filter(|nth| sim.options.numbers[*nth].contains(wanted))
        .map(|nth| wire(&sim, nth))
        .collect();
    Ok(Json(
        json!({ "incoming_phone_numbers": found, "page": 0, "next_page_uri": null }),
    ))
}

/// Which of our numbers the last part of a path names.
fn nth(sim: &Sim, path: &str) -> Result<usize, Refusal> {
    let sid = path.strip_suffix(".json").unwrap_or_default();
    (0..sim.options.numbers.len())
        .find(|nth| number_sid(*nth) == sid)
        .ok_or_else(|| not_found(path))
}

async fn find(
    State(sim): State<Arc<Sim>>,
    Path((account, number)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    authorize(&sim, &account, &headers)?;
    let nth = nth(&sim, &number)?;
    Ok(Json(wire(&sim, nth)))
}

async fn set(
    State(sim): State<Arc<Sim>>,
    Path((account, number)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    authorize(&sim, &account, &headers)?;
    let nth = nth(&sim, &number)?;
    let changes = form(&headers, &body, OF_A_NUMBER)?;
    check_addresses(&changes)?;
    if let Some(url) = changes.get("SmsUrl").filter(|url| !url.is_empty()) {
        *locked(&sim.webhook) = Some(url.clone());
    }
    locked(&sim.settings)
        .entry(number_sid(nth))
        .or_default()
        .extend(changes);
    Ok(Json(wire(&sim, nth)))
}

/// Addresses are http(s) with a host, methods GET or POST.
fn check_addresses(changes: &HashMap<String, String>) -> Result<(), Refusal> {
    for (name, value) in changes.iter().filter(|(_, value)| !value.is_empty()) {
        let is_address = name.ends_with("Url") || name == "StatusCallback";
        if is_address && !is_callback(value) {
            let code = if name == "StatusCallback" {
                21502
            } else {
                21402
            };
            return Err(Refusal::bad(
                code,
                format!("{name} is not a valid URL: {value}"),
            ));
        }
        if name.ends_with("Method") && !["GET", "POST"].contains(&value.as_str()) {
            return Err(Refusal::bad(
                21403,
                format!("{name} is not a valid method: {value}"),
            ));
        }
        if name == "SmsApplicationSid" {
            return Err(Refusal::bad(20001, format!("{name} is not valid: {value}")));
        }
    }
    Ok(())
}

/// The service of the path, if it is ours.
fn ours(sim: &Sim, headers: &HeaderMap, service: &str) -> Result<(), Refusal> {
    authenticate(sim, headers)?;
    match &sim.options.messaging_service {
        Some(own) if own == service => Ok(()),
        _ => Err(not_found(&format!("/Services/{service}"))),
    }
}

fn service_wire(sim: &Sim, service: &str) -> Value {
    let all = locked(&sim.settings);
    let settings = all.get(service).cloned().unwrap_or_default();
    let value = |name: &str| {
        settings
            .get(name)
            .filter(|value| !value.is_empty())
            .cloned()
    };
    json!({
        "sid": service,
        "account_sid": sim.options.account_sid,
        "friendly_name": "simulated",
        "inbound_request_url": value("InboundRequestUrl"),
        "inbound_method": value("InboundMethod").unwrap_or("POST".to_owned()),
        "fallback_url": value("FallbackUrl"),
        "status_callback": value("StatusCallback"),
        "use_inbound_webhook_on_number": value("UseInboundWebhookOnNumber").is_some_and(|text| text == "true"),
        "us_app_to_person_registered": sim.options.campaign.as_deref() == Some("VERIFIED"),
    })
}

async fn service(
    State(sim): State<Arc<Sim>>,
    Path(service): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    ours(&sim, &headers, &service)?;
    Ok(Json(service_wire(&sim, &service)))
}

async fn set_service(
    State(sim): State<Arc<Sim>>,
    Path(service): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    ours(&sim, &headers, &service)?;
    let changes = form(&headers, &body, OF_A_SERVICE)?;
    check_addresses(&changes)?;
    if let Some(url) = changes
        .get("InboundRequestUrl")
        .filter(|url| !url.is_empty())
    {
        *locked(&sim.webhook) = Some(url.clone());
    }
    locked(&sim.settings)
        .entry(service.clone())
        .or_default()
        .extend(changes);
    Ok(Json(service_wire(&sim, &service)))
}

/// Two numbers a page, however many are asked for: pages are followed or missed.
async fn pool(
    State(sim): State<Arc<Sim>>,
    Path(service): Path<String>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, Refusal> {
    ours(&sim, &headers, &service)?;
    let page: usize = query
        .get("Page")
        .and_then(|page| page.parse().ok())
        .unwrap_or(0);
    let numbers: Vec<Value> = sim.options.numbers.iter().enumerate().skip(page * 2).take(2)
        .map(|(nth, number)| json!({ "sid": number_sid(nth), "phone_number": number, "capabilities": ["SMS"] }))
        .collect();
    let host = headers
        .get("host")
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let next = (sim.options.numbers.len() > page * 2 + 2).then(|| {
        format!(
            "http://{host}/v1/Services/{service}/PhoneNumbers?PageSize=2&Page={}",
            page + 1
        )
    });
    Ok(Json(json!({
        "phone_numbers": numbers,
        "meta": { "key": "phone_numbers", "page": page, "page_size": 2, "next_page_url": next },
    })))
}

async fn campaigns(
    State(sim): State<Arc<Sim>>,
    Path(service): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    ours(&sim, &headers, &service)?;
    let found: Vec<Value> = sim
        .options
        .campaign
        .iter()
        .map(|status| {
            json!({
                "sid": format!("QE{:032x}", 1),
                "messaging_service_sid": service,
                "brand_registration_sid": format!("BN{:032x}", 1),
                "campaign_status": status,
                "us_app_to_person_usecase": "LOW_VOLUME",
            })
        })
        .collect();
    Ok(Json(
        json!({ "compliance": found, "meta": { "key": "compliance", "next_page_url": null } }),
    ))
}

async fn brands(State(sim): State<Arc<Sim>>, headers: HeaderMap) -> Result<Json<Value>, Refusal> {
    authenticate(&sim, &headers)?;
    let found: Vec<Value> = sim
        .options
        .campaign
        .iter()
        .map(|_| json!({ "sid": format!("BN{:032x}", 1), "status": "APPROVED" }))
        .collect();
    Ok(Json(
        json!({ "data": found, "meta": { "key": "data", "next_page_url": null } }),
    ))
}

async fn toll_free(
    State(sim): State<Arc<Sim>>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, Refusal> {
    authenticate(&sim, &headers)?;
    let sid = query.get("TollfreePhoneNumberSid").ok_or_else(|| Refusal {
        status: StatusCode::BAD_REQUEST,
        code: 20001,
        message: "TollfreePhoneNumberSid is required".to_owned(),
    })?;
    nth(&sim, &format!("{sid}.json"))?;
    let found: Vec<Value> = sim
        .options
        .toll_free
        .iter()
        .map(|status| json!({ "sid": format!("HH{:032x}", 1), "status": status }))
        .collect();
    Ok(Json(
        json!({ "verifications": found, "meta": { "key": "verifications", "next_page_url": null } }),
    ))
}
