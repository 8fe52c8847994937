//! How long a text is for a model.

/// Tokens of `text` in the o200k vocabulary, which stands in for models whose own is not known. The table is built at the
/// first use (it takes tens of megabytes), so a daemon that only works offline never pays for it.
pub fn count_tokens(text: &str) -> usize {
    tiktoken_rs::o200k_base_singleton()
        .encode_ordinary(text)
        .len()
}
