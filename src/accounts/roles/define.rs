//! What a role is: its permissions and its parents.
