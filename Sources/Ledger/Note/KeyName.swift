/// The name of a log's signing key, which is the origin line of its checkpoints as well (C2SP tlog-checkpoint): it says
/// on which host the log began, which log it is, and the how-manieth of its keys this is.
///
///     agentbox.dev/ledger/build-7/9f2c…/2
package struct KeyName: Hashable, Sendable, CustomStringConvertible {
    /// The name of the host on which the log began.
    package let host: String
    /// The log's random name, in hexadecimal digits.
    package let log: String
    /// Counts the keys of the log from one.
    package let epoch: Int

    private static let prefix = "agentbox.dev/ledger/"

    package init(host: String, log: String, epoch: Int) {
        self.host = host
        self.log = log
        self.epoch = epoch
    }

    /// Nil for anything that `description` does not write.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let parts = text.dropFirst(Self.prefix.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, let epoch = Int(parts[2]), epoch > 0 else { return nil }
        self.init(host: String(parts[0]), log: String(parts[1]), epoch: epoch)
        guard description == text, Self.isValid(text), LogOrigin(self.log) != nil else { return nil }
    }

    package var description: String { "\(Self.prefix)\(host)/\(log)/\(epoch)" }

    /// The name of the key that follows.
    var next: KeyName { KeyName(host: host, log: log, epoch: epoch + 1) }

    /// True for what signed notes allow as the name of a key: something, without spaces and plus signs.
    package static func isValid(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { scalar in
                scalar != "+" && !scalar.properties.isWhitespace && scalar.value >= 0x20 && scalar.value != 0x7F
            }
    }

    /// A host's name without what cannot stand in a key's.
    static func host(from name: String) -> String {
        let kept = name.unicodeScalars.filter { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "-._".unicodeScalars.contains(scalar))
        }
        let text = String(String.UnicodeScalarView(kept.prefix(64)))
        return text.isEmpty ? "localhost" : text
    }
}
