//! What a value of the wrong form is answered with: the key, what was found, and what is expected.

use super::{ConfigError, env_name, quoted};

pub(super) fn explain(error: &figment::Error) -> ConfigError {
    let key = error.path.join(".");
    match &error.kind {
        figment::error::Kind::InvalidType(found, expected)
        | figment::error::Kind::InvalidValue(found, expected) => {
            ConfigError::key(&key, &found.to_string(), expected)
        }
        figment::error::Kind::UnknownVariant(found, expected) => {
            ConfigError::key(&key, &quoted(found), &expected.join(" or "))
        }
        figment::error::Kind::UnknownField(field, expected) => ConfigError(format!(
            "{field}: no such key{}; expected one of: {}",
            if key.is_empty() {
                String::new()
            } else {
                format!(" under {key}")
            },
            expected.join(", ")
        )),
        figment::error::Kind::Message(found) => ConfigError(format!(
            "{key}: {found} (set it in the file, or as {})",
            env_name(&key)
        )),
        kind => ConfigError(format!("{key}: {kind}")),
    }
}
