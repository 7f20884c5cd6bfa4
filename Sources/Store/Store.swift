/// # Store
///
/// What agentbox keeps in `$AGENTBOX_HOME`: the folder itself (`Home`), objects by their SHA-256 (`ContentStore`), what
/// each tool's name means (`Pins`, `ToolRegistrar`) and a folder for each run (`RunDirectory`). No box can see any of
/// it but the one tool folder that a call's view holds. What is in the store is what runs.
///
/// The calls here block on the disk: from asynchronous code, make them in the `BlockingPool`.
package enum Store {}
