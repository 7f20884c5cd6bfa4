/// # Diagnostics
///
/// What errors look like, and how text that comes from an agent or a tool is shown to a person. Everything else
/// imports it; it imports nothing.
public enum Diagnostics {}
