//! The dice of the simulators: the same throws for the same seed.

/// A number in 0..1 from a SplitMix64 sequence (Steele, Lea, Flood 2014): the same for a seed on every machine.
pub(super) fn unit(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let high = u32::try_from((mixed ^ (mixed >> 31)) >> 32).expect("the upper half of 64 bits");
    f64::from(high) / (f64::from(u32::MAX) + 1.0)
}
