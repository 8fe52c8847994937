//! Microseconds for words to become a time, over the committed table of phrases, on one core; beside the time that the
//! calendar library takes to read one date and time in a form that it was told beforehand.

use std::{hint::black_box, time::Instant};

use anyhow::Context;
use jiff::civil::DateTime;

use super::{Figure, quantile};
use crate::eval::when::{TABLE, cases, micros};

/// One reading is too short for the clock.
const BATCH: u32 = 100;

pub fn measure() -> anyhow::Result<Vec<Figure>> {
    let cases = cases(TABLE).map_err(anyhow::Error::msg)?;
    // a first round, not counted: zones are read and memory is warm
    micros(&cases).map_err(anyhow::Error::msg)?;
    let taken = micros(&cases).map_err(anyhow::Error::msg)?;
    let limit = fixed_form()?;
    Ok(vec![
        Figure::new("(w) a phrase, p50", taken.p50, "us").at_most(100.0),
        Figure::new("(w) a phrase, p95", taken.p95, "us"),
        Figure::new("(w) a phrase, slowest", taken.max, "us"),
        Figure::new("(w) one date in a fixed form, jiff", limit, "us"),
        Figure::new("(w) ratio of the p50 to it", taken.p50 / limit, ""),
    ])
}

/// The median of many readings of one date and time, in microseconds.
fn fixed_form() -> anyhow::Result<f64> {
    let read = || {
        DateTime::strptime(
            "%a %b %d %Y %I:%M %p",
            black_box("Fri Nov 27 2026 03:00 PM"),
        )
    };
    read().context("the form fits the date")?;
    let mut taken: Vec<f64> = (0..BATCH)
        .map(|_| {
            let began = Instant::now();
            for _ in 0..BATCH {
                let _ = black_box(read());
            }
            began.elapsed().as_secs_f64() * 1e6 / f64::from(BATCH)
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    Ok(quantile(&taken, 0.5))
}
