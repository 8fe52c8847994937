//! Who gets a role and who loses it.
