import LinuxIO

/// A layer's folders, made and handed to the call's user.
struct BuiltLayer: Sendable {
    let name: String
    let folder: SharedDescriptor
    /// The folders whose names nobody flushed yet, by which its journal is found.
    let newFolders: [SharedDescriptor]
    let mode: LayerMode
    let mount: LayerMount
    /// Nil of a layer of copies: of each it is known how it was.
    var epoch: FileTime?
    /// Of a layer of copies: how each was when the call got it.
    var copies: [String: FileIdentity] = [:]
}
