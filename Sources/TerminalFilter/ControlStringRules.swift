/// Which strings reach the terminal: titles, links, the progress of a task, and colours that are given back.
///
/// Not among them, by name: the clipboard (OSC 52), other colours (4, 5, 10 to 19: text in the colour of its background
/// cannot be seen, and each can be asked for), fonts and profiles (50), log files (46), programs of the terminal (51,
/// 777, 1337, ConEmu's 9), the working folder (7), images (sixel, kitty, iTerm2) and what tmux hands through (DCS, APC,
/// PM, SOS).
enum ControlStringRules {
    enum Verdict: Hashable {
        case pass, drop
        case answer([UInt8])
    }

    static func verdict(on string: ControlString) -> Verdict {
        switch string.kind {
        case .system: return systemCommand(string.content) ? .pass : .drop
        // DECRQSS and XTGETTCAP: nothing is known of what was asked for.
        case .device where string.content.starts(with: Array("$q".utf8)): return .answer(device("0$r"))
        case .device where string.content.starts(with: Array("+q".utf8)): return .answer(device("0+r"))
        default: return .drop
        }
    }

    private static func systemCommand(_ content: [UInt8]) -> Bool {
        let digits = content.prefix { (0x30...0x39).contains($0) }
        guard (1...3).contains(digits.count) else { return false }
        let rest = content[digits.count...]
        guard rest.isEmpty || rest.first == UInt8(ascii: ";") else { return false }
        let argument = rest.dropFirst()
        switch digits.reduce(0, { $0 * 10 + Int($1 - 0x30) }) {
        case 0, 1, 2: return true
        case 8: return isLink(argument)
        case 9: return argument.starts(with: Array("4;".utf8)) && argument.allSatisfy { (0x30...0x3B).contains($0) }
        case 104, 105, 110...119: return argument.allSatisfy { (0x30...0x3B).contains($0) }
        case 12: return !argument.contains(UInt8(ascii: "?"))
        default: return false
        }
    }

    /// `PARAMETERS;URI`. Attack: a terminal opens on a click whatever its desktop has a program for.
    private static func isLink(_ argument: ArraySlice<UInt8>) -> Bool {
        guard let semicolon = argument.firstIndex(of: UInt8(ascii: ";")) else { return false }
        let link = argument[(semicolon + 1)...]
        let scheme = link.prefix { $0 != UInt8(ascii: ":") }
        return link.isEmpty || ["http", "https", "mailto"].contains(String(decoding: scheme, as: UTF8.self))
    }

    private static func device(_ text: String) -> [UInt8] { [0x1B, 0x50] + Array(text.utf8) + [0x1B, 0x5C] }
}
