//! What may be spent, and the price table of language models: `budget.prices`, in US dollars for a million tokens.

use serde::Deserialize;

use super::ConfigError;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    pub user_daily_tokens: u64,
    pub user_daily_usd: f64,
    pub total_daily_tokens: u64,
    pub total_daily_usd: f64,
    pub text_tokens: u64,
    pub short_from: f64,
    pub second_from: f64,
    pub daily_segments: u32,
    pub prices: String,
    pub price_of_others: String,
    pub segment_usd: f64,
}

/// What a million tokens cost, by model.
#[derive(Clone, Debug, PartialEq)]
pub struct Prices {
    named: Vec<(String, (f64, f64))>,
    unnamed: (f64, f64),
}

impl Prices {
    /// Input and output price of a model, in US dollars for a million tokens, which is millionths of a dollar for one. A
    /// dated name (`gpt-4.1-mini-2025-04-14`) has the price of the longest name that begins it.
    pub fn of(&self, model: &str) -> (f64, f64) {
        self.named
            .iter()
            .filter(|(name, _)| model.starts_with(name.as_str()))
            .max_by_key(|(name, _)| name.len())
            .map_or(self.unnamed, |(_, price)| *price)
    }
}

impl Budget {
    /// The table, read. An error names the key.
    pub fn prices(&self) -> Result<Prices, ConfigError> {
        let wrong = |key, found: &str, expected| {
            Err(ConfigError::key(key, &format!("\"{found}\""), expected))
        };
        let Some(unnamed) = pair(&self.price_of_others) else {
            return wrong(
                "budget.price_of_others",
                &self.price_of_others,
                "IN/OUT in US dollars for a million tokens, like 2.50/10.00",
            );
        };
        let mut named = Vec::new();
        for entry in self
            .prices
            .split(',')
            .map(str::trim)
            .filter(|e| !e.is_empty())
        {
            match entry
                .split_once('=')
                .map(|(name, price)| (name.trim(), pair(price)))
            {
                Some((name, Some(price))) if !name.is_empty() => {
                    named.push((name.to_owned(), price))
                }
                _ => return wrong("budget.prices", entry, "NAME=IN/OUT, separated by commas"),
            }
        }
        Ok(Prices { named, unnamed })
    }
}

fn pair(text: &str) -> Option<(f64, f64)> {
    let (input, output) = text.split_once('/')?;
    let price = |text: &str| {
        text.trim()
            .parse::<f64>()
            .ok()
            .filter(|p| (0.0..1e6).contains(p))
    };
    Some((price(input)?, price(output)?))
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    #[test]
    fn the_longest_name_that_begins_a_models_name_has_its_price() {
        let set = |prices: &str| {
            Config::load_with(
                None,
                &[
                    ("budget.prices", prices.into()),
                    ("budget.price_of_others", "9/9".into()),
                ],
            )
            .and_then(|config| config.budget.prices())
        };
        let prices = set("gpt-4=1/2, gpt-4-mini = 0.5/1").expect("prices");
        assert_eq!(prices.of("gpt-4-mini-2025"), (0.5, 1.0));
        assert_eq!(prices.of("gpt-4o"), (1.0, 2.0));
        assert_eq!(prices.of("other"), (9.0, 9.0));
        for wrong in ["gpt-4", "gpt-4=1", "=1/2", "gpt-4=a/b", "gpt-4=-1/2"] {
            let error = set(wrong).expect_err(wrong).to_string();
            assert!(
                error.contains("budget.prices") && error.contains("NAME=IN/OUT"),
                "{error}"
            );
        }
    }
}
