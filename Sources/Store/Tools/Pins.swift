import Glibc
import LinuxIO
import Manifests
import StrictJSON

/// What each tool's name means: `pins/tools/NAME.json`, replaced whole and under a lock.
package struct Pins: Sendable {
    private let folder: Folder
    private let tools: Folder

    package init(_ home: Home) throws(StoreError) {
        (folder, tools) = try StoreError.translating("cannot open the pins `\(home.pins)`") {
            let folder = try home.part(.pins)
            return (folder, try folder.folder("tools"))
        }
    }

    /// The registration of a tool; nil if there is none.
    package func registration(of name: ToolName) throws(StoreError) -> Registration? {
        try StoreError.translating("cannot read the pin of `\(name)`") {
            guard let bytes = try content(name.rawValue + ".json", in: tools) else { return nil }
            guard let json = try? JSON(parsing: bytes), let registration = Registration(json),
                registration.name == name
            else {
                throw StoreError(
                    .damagedPin, "the pin `\(tools.path)/\(name).json` is damaged",
                    remedy: "remove the file and register the tool again")
            }
            return registration
        }
    }

    /// The names of all tools that are registered.
    package func names() throws(StoreError) -> [ToolName] {
        let names = try StoreError.translating("cannot list the pins") { try tools.names() }
        return names.filter { $0.hasSuffix(".json") }.compactMap {
            ToolName(manifest: String($0.dropLast(".json".count)))
        }
    }

    /// All registrations, by name.
    package func all() throws(StoreError) -> [Registration] {
        var registrations: [Registration] = []
        for name in try names() {
            if let registration = try registration(of: name) { registrations.append(registration) }
        }
        return registrations
    }

    /// Takes a name back. True if it meant something.
    package func remove(_ name: ToolName) throws(StoreError) -> Bool {
        try StoreError.translating("cannot remove the pin of `\(name)`") {
            try locked {
                guard try content(name.rawValue + ".json", in: tools) != nil else { return false }
                try tools.remove(name.rawValue + ".json")
                try tools.descriptor.synchronize()
                return true
            }
        }
    }

    /// Runs `body` while no other process registers anything.
    func locked<Value>(_ body: () throws -> Value) throws -> Value {
        try FileSizeSignal.blocked { try FolderLock.holding("lock", in: folder, body) }
    }

    /// Call it under the lock.
    func write(_ registration: Registration) throws {
        try tools.write(registration.name.rawValue + ".json", try registration.json.canonical())
    }

    /// What was noted about the installation; nil if nothing was, or it is damaged, which is as good as nothing.
    func installation() throws -> InstallationPin? {
        try content(InstallationPin.fileName, in: folder).flatMap { try? JSON(parsing: $0) }
            .flatMap { InstallationPin($0) }
    }

    /// Call it under the lock.
    func write(_ pin: InstallationPin) throws {
        try folder.write(InstallationPin.fileName, try pin.json.canonical())
    }

    private func content(_ name: String, in folder: Folder) throws -> [UInt8]? {
        do throws(SystemError) {
            return try folder.open(name, O_RDONLY | O_NONBLOCK).readAll(limit: 4 << 20)
        } catch {
            if error.errno == ENOENT { return nil }
            throw error
        }
    }
}
