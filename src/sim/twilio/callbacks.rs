//! What becomes of an accepted text, and the signed status callbacks that tell of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Script, Sim, locked};
use crate::sms::signature::sign_form;

/// Which callbacks come, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Callbacks {
    /// None; texts are delivered all the same.
    Off,
    /// `sent`, then `delivered` or what the number is scripted to.
    #[default]
    Once,
    /// Each of them twice.
    Twice,
    /// The last one first.
    OutOfOrder,
    /// None, and texts stay queued for ever.
    Stuck,
}

/// Moves a text on from where it was accepted and tells `callback` of it.
pub(super) fn follow(sim: &Arc<Sim>, sid: String, callback: Option<String>) {
    let mode = sim.options.callbacks;
    if mode == Callbacks::Stuck {
        return;
    }
    let to = locked(&sim.log)
        .find(&sid)
        .map(|message| message.to.clone())
        .unwrap_or_default();
    let last = match locked(&sim.scripts).get(&to) {
        Some(Script::Ends { status, code }) => (*status, Some(*code)),
        _ => ("delivered", None),
    };
    let mut steps = vec![("sent", None), last];
    let callback = callback.filter(|_| mode != Callbacks::Off);
    if callback.is_none() && sim.options.pace.is_zero() {
        let now = sim.options.clock.now();
        locked(&sim.log).advance(&sid, last.0, last.1, now);
        return;
    }
    if mode == Callbacks::OutOfOrder {
        steps.reverse();
    }
    let (task, stop) = (sim.clone(), sim.stop.clone());
    sim.tasks.spawn(async move {
        let told = async {
            for (status, code) in steps {
                tokio::time::sleep(task.options.pace).await;
                // The list never goes back, whatever the order of the callbacks.
                if mode != Callbacks::OutOfOrder || status != "sent" {
                    let now = task.options.clock.now();
                    locked(&task.log).advance(&sid, status, code, now);
                }
                let times = if mode == Callbacks::Twice { 2 } else { 1 };
                for url in callback
                    .iter()
                    .flat_map(|url| std::iter::repeat_n(url, times))
                {
                    post_status(&task, url, &sid, status, code).await;
                }
            }
        };
        // Stopped with the simulator.
        stop.run_until_cancelled(told).await;
    });
}

async fn post_status(sim: &Sim, url: &str, sid: &str, status: &str, code: Option<i32>) {
    let Some((to, from, service)) = locked(&sim.log).find(sid).map(|message| {
        (
            message.to.clone(),
            message.from.clone(),
            message.messaging_service.clone(),
        )
    }) else {
        return;
    };
    let account = sim.options.account_sid.clone();
    let mut params: Vec<(String, String)> = [
        ("MessageSid", sid.to_owned()),
        ("SmsSid", sid.to_owned()),
        ("MessageStatus", status.to_owned()),
        ("SmsStatus", status.to_owned()),
        ("To", to),
        ("From", from),
        ("AccountSid", account),
        ("ApiVersion", "2010-04-01".to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    params.extend(code.map(|code| ("ErrorCode".to_owned(), code.to_string())));
    params.extend(service.map(|service| ("MessagingServiceSid".to_owned(), service)));
    // So many at once at most: a daemon that stands still must not be met by thousands.
    let _permit = sim.posts.acquire().await;
    // The real one does not care either whether a status callback was heard.
    post_signed(sim, url, &params).await;
}

/// Posts a form as the provider does: signed over the whole URL, fragment left out. The status, or `None` when nothing
/// answered.
pub(super) async fn post_signed(sim: &Sim, url: &str, params: &[(String, String)]) -> Option<u16> {
    let signature = sign_form(&sim.options.auth_token, url, params);
    let request = sim
        .client
        .post(url)
        .header("X-Twilio-Signature", signature)
        .form(params);
    let answer = request.send().await.ok()?;
    let status = answer.status().as_u16();
    // Read to its end, so that the connection can be used again.
    drop(answer.bytes().await);
    Some(status)
}
