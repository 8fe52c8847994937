//! What the document says of every route alike, so that no handler repeats it: who may call it, how it fails, an example of
//! its body, a name of its own.

use serde_json::json;
use utoipa::openapi::{
    Content, HeaderBuilder, OpenApi, PathItem, Ref, RefOr, Required, Response, ResponseBuilder,
    path::{Operation, ParameterIn},
    schema::{ObjectBuilder, Type},
    security::SecurityRequirement,
};

use super::examples;
use crate::http::rules::{self, Rule, Said};

const PROBLEM: &str = "application/problem+json";

/// How a request can fail: status, the name of the shared answer, what it means, the kind and title of an example.
const FAILURES: [(&str, &str, &str, &str, &str); 12] = [
    (
        "400",
        "BadRequest",
        "Something in the request is not right; `detail` says what",
        "bad-request",
        "The request is not right",
    ),
    (
        "401",
        "Unauthorized",
        "No valid bearer token, or what was shown to log in is wrong",
        "unauthorized",
        "A valid bearer token is needed",
    ),
    (
        "403",
        "Forbidden",
        "Not with these permissions, or not without a fresh login (`/problems/re-authenticate`)",
        "forbidden",
        "Not allowed",
    ),
    (
        "404",
        "NotFound",
        "Nothing of one's own is here",
        "not-found",
        "There is nothing here",
    ),
    (
        "408",
        "TooSlow",
        "The body did not arrive in time",
        "too-slow",
        "The request took too long",
    ),
    (
        "409",
        "Conflict",
        "It does not fit what is there; `detail` says why",
        "conflict",
        "It does not fit what is there",
    ),
    (
        "413",
        "TooLarge",
        "The body is larger than this route takes",
        "too-large",
        "The body is too large",
    ),
    (
        "415",
        "MediaType",
        "The content type is not the one that this route takes",
        "media-type",
        "The content type is not right",
    ),
    (
        "422",
        "Unprocessable",
        "The body is well formed and cannot be taken; `detail` says why",
        "unprocessable",
        "It cannot be taken",
    ),
    (
        "429",
        "TooMany",
        "Too many requests from this address or of this account",
        "too-many-requests",
        "Too many requests",
    ),
    (
        "500",
        "Internal",
        "Our fault; the operator finds the cause by `x-request-id`",
        "internal",
        "Something went wrong on our side",
    ),
    (
        "503",
        "Unavailable",
        "A part that this route needs is away",
        "unavailable",
        "Try again in a moment",
    ),
];

/// Completes the document that was collected from the routes.
pub fn complete(api: &mut OpenApi) {
    let components = api.components.get_or_insert_default();
    for failure in &FAILURES {
        let response = RefOr::T(shared(failure));
        components.responses.insert(failure.1.to_owned(), response);
    }
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in operations(item) {
            name(path, method, operation);
            place(path, operation);
            secure(path, method, operation);
            fail(path, method, operation);
            if let Some(example) = examples::of(method, path) {
                show(operation, example);
            }
        }
    }
}

/// The operations of a path, each with its method.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("get", &mut item.get),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// `list` of tasks and `list` of groceries are two operations: each is named by its method and path.
fn name(path: &str, method: &str, operation: &mut Operation) {
    let path = path.trim_start_matches('/').trim_start_matches("api/v1/");
    let path = path.replace('{', "by_").replace('}', "");
    operation.operation_id = Some(format!("{method}_{}", path.replace(['/', '-', '.'], "_")));
}

/// What stands nowhere in the path is in the query, whatever the derive takes for granted.
fn place(path: &str, operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        if !path.contains(&format!("{{{}}}", parameter.name))
            && matches!(parameter.parameter_in, ParameterIn::Path)
        {
            parameter.parameter_in = ParameterIn::Query;
            parameter.required = Required::False;
        }
    }
}

/// As the table of rules has it, unless the route itself says more.
fn secure(path: &str, method: &str, operation: &mut Operation) {
    let bearer = || SecurityRequirement::new("bearer", Vec::<String>::new());
    let from_rule = match rules::find(&method.to_uppercase(), path) {
        Said::Rule(Rule::Own(_) | Rule::Known | Rule::Admin(_)) => vec![bearer()],
        Said::Rule(Rule::Feed(_)) => vec![SecurityRequirement::default(), bearer()],
        _ => Vec::new(),
    };
    operation.security.get_or_insert(from_rule);
}

/// Every answer has words, and every failure is the shared one unless the route has something of its own to say.
fn fail(path: &str, method: &str, operation: &mut Operation) {
    let has_body = operation.request_body.is_some();
    let has_input = has_body || operation.parameters.iter().flatten().next().is_some();
    let wants_bearer = operation.security.iter().flatten().next().is_some();
    let is_api = path.starts_with("/api/");
    let responses = &mut operation.responses.responses;
    for (status, ..) in &FAILURES {
        let applies = match *status {
            "400" => has_input,
            "401" => is_api && (wants_bearer || has_body),
            "403" => is_api && wants_bearer,
            "404" => path.contains('{'),
            "408" | "413" | "415" => has_body,
            "409" => is_api && method != "get" && wants_bearer,
            "429" | "500" | "503" => is_api,
            _ => false,
        };
        if applies && !responses.contains_key(*status) {
            responses.insert((*status).to_owned(), RefOr::T(Response::default()));
        }
    }
    for (status, response) in responses {
        let RefOr::T(said) = response else { continue };
        match FAILURES.iter().find(|failure| failure.0 == status) {
            Some(failure) if said.description.is_empty() => {
                *response = RefOr::Ref(Ref::from_response_name(failure.1));
            }
            Some(_) => {
                if let Some(content) = said.content.shift_remove("application/json") {
                    said.content.insert(PROBLEM.to_owned(), content);
                }
            }
            None if said.description.is_empty() => {
                said.description = match status.as_str() {
                    "201" => "Made",
                    "202" => "Taken",
                    "204" => "Done; there is nothing to say",
                    _ => "Done",
                }
                .to_owned();
            }
            None => {}
        }
    }
}

fn shared((status, _, means, kind, title): &(&str, &str, &str, &str, &str)) -> Response {
    let example = json!({
        "type": format!("/problems/{kind}"),
        "title": title,
        "status": status.parse::<u16>().expect("a status is a number"),
    });
    let content = Content::builder()
        .schema(Some(Ref::from_schema_name("Problem")))
        .example(Some(example))
        .build();
    let response = ResponseBuilder::new()
        .description(*means)
        .content(PROBLEM, content);
    let header = |kind, says: &str| {
        HeaderBuilder::new()
            .schema(Some(ObjectBuilder::new().schema_type(kind)))
            .description(Some(says))
            .build()
    };
    match *status {
        "401" => response.header("WWW-Authenticate", header(Type::String, "`Bearer`")),
        "429" | "503" => {
            let header = header(Type::Integer, "Seconds after which to try again");
            response.header("Retry-After", header)
        }
        _ => response,
    }
    .build()
}

fn show(operation: &mut Operation, example: serde_json::Value) {
    let Some(RefOr::T(body)) = &mut operation.request_body else {
        return;
    };
    if let Some(RefOr::T(content)) = body.content.get_mut("application/json") {
        content.example = Some(example);
    }
}
