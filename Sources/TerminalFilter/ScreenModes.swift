/// What an agent put the terminal into, so that it can be taken out of it for a prompt, put back afterwards, and left
/// as it should be at the end.
public struct ScreenModes: Hashable, Sendable {
    /// Of `CSI … h` and `l`: insertion, line feeds, the looks of the cursor.
    static let ansiModes: Set<Int> = [4, 20, 34]
    /// Of `CSI ? … h` and `l`. Not among them: VT52 (2), widths of the screen (3, 40, 95), printing (18, 19), Tektronix
    /// (38), logging (46), margins of columns (69), modes that make the terminal speak unasked (1001, 2031, 2048).
    static let privateModes: Set<Int> = [
        1, 5, 6, 7, 9, 12, 25, 45, 47, 66, 1000, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016, 1047, 1048, 1049, 2004,
        2026, 2027,
    ]
    /// How they are before anybody sets them, of those that matter to a prompt.
    private static let usual: [Int: Bool] = [
        1: false, 5: false, 6: false, 7: true, 9: false, 25: true, 66: false, 1000: false, 1002: false, 1003: false,
        1004: false, 1005: false, 1006: false, 1015: false, 1016: false, 2004: false, 2026: false,
    ]

    /// Those that differ from `usual`.
    private var changed: Set<Int> = []
    private var changedANSI: Set<Int> = []
    /// The parameters of the last DECSTBM.
    private var margins: [[UInt8]] = []
    /// The value of modifyOtherKeys, where it is not the usual one.
    private var otherKeys: [UInt8]?
    private var usesKeyStack = false
    private var usesCursorShape = false

    /// On the second screen, which has no lines to scroll back to: a program that draws the whole of it.
    public private(set) var isAlternate = false

    mutating func note(_ sequence: EscapeSequence) {
        guard sequence.intermediates.isEmpty else { return }
        switch Character(Unicode.Scalar(sequence.final)) {
        case "c": self = ScreenModes()
        case "=": changed.insert(66)
        case ">": changed.remove(66)
        default: break
        }
    }

    mutating func note(_ sequence: ControlSequence) {
        let final = Character(Unicode.Scalar(sequence.final))
        switch (sequence.prefix.map { Character(Unicode.Scalar($0)) }, sequence.intermediates, final) {
        case ("?", [], "h"), ("?", [], "l"): sequence.numbers.forEach { set($0 ?? 0, final == "h") }
        case (nil, [], "h"), (nil, [], "l"):
            for case let mode? in sequence.numbers where mode != 34 {
                if final == "h" { changedANSI.insert(mode) } else { changedANSI.remove(mode) }
            }
        case (nil, [], "r"): margins = sequence.parameters
        case (">", [], "m"):
            if sequence.numbers.first == .some(4) || sequence.parameters.isEmpty {
                otherKeys = sequence.parameters.count > 1 ? sequence.parameters[1] : nil
            }
        case (">", [], "n"): otherKeys = nil
        case (_, [], "u") where sequence.prefix != nil: usesKeyStack = true
        case (nil, [0x20], "q"): usesCursorShape = true
        case (nil, [0x21], "p"):
            for mode in [1, 6, 25, 66] { changed.remove(mode) }
            changedANSI = []
            margins = []
        default: break
        }
    }

    private mutating func set(_ mode: Int, _ value: Bool) {
        if [47, 1047, 1049].contains(mode) { isAlternate = value }
        guard let usual = Self.usual[mode] else { return }
        if value == usual { changed.remove(mode) } else { changed.insert(mode) }
    }

    /// Makes the terminal draw and read plainly. On the screen that it is on the cursor and its looks are kept.
    public var suspension: String {
        let modes = changed.sorted().map { "\u{1B}[?\($0)\(Self.usual[$0] == true ? "h" : "l")" }
        return modes.joined() + changedANSI.sorted().map { "\u{1B}[\($0)l" }.joined()
            + (margins.isEmpty ? "" : "\u{1B}[r") + (otherKeys == nil ? "" : "\u{1B}[>4m")
            + (usesKeyStack ? "\u{1B}[>0u" : "")
    }

    /// Takes `suspension` back, but for the cursor, which margins send to the corner.
    public var resumption: String {
        let region = margins.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ";")
        let modes = changed.sorted().map { "\u{1B}[?\($0)\(Self.usual[$0] == true ? "l" : "h")" }
        return (usesKeyStack ? "\u{1B}[<u" : "")
            + (otherKeys.map { "\u{1B}[>4;\(String(decoding: $0, as: UTF8.self))m" } ?? "")
            + (margins.isEmpty ? "" : "\u{1B}[\(region)r") + changedANSI.sorted().map { "\u{1B}[\($0)h" }.joined()
            + modes.joined()
    }

    /// Leaves nothing of them behind.
    public var ending: String {
        (isAlternate ? "\u{1B}[?1049l" : "") + suspension + (usesKeyStack ? "\u{1B}[<99u" : "")
            + (usesCursorShape ? "\u{1B}[0 q" : "")
    }
}
