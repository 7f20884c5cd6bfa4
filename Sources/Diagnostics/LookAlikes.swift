/// Characters that pass for ASCII ones: in a path, a host or a command they show one thing and name another.
///
/// Four rules, after Unicode Technical Standard 39: compatibility forms and punctuation that look like ASCII always
/// count; in a word that has Latin letters, every letter of a script with Latin look-alikes counts; a word of such a
/// script counts if all its letters look Latin; in a word that has ASCII letters or digits, what looks like one counts
/// whatever its script. So text of any language stays readable but for short words that could be read as Latin.
enum LookAlikes {
    /// The positions of look-alikes.
    static func positions(in scalars: [Unicode.Scalar]) -> Set<Int> {
        guard !scalars.allSatisfy(\.isASCII) else { return [] }
        var found: Set<Int> = []
        var start = 0
        while start < scalars.count {
            guard isWord(scalars[start]) else {
                if isAlways(start, scalars) { found.insert(start) }
                start += 1
                continue
            }
            let end = scalars[start...].firstIndex { !isWord($0) } ?? scalars.count
            found.formUnion(inWord(start..<end, of: scalars))
            start = end
        }
        return found
    }

    private static func inWord(_ word: Range<Int>, of scalars: [Unicode.Scalar]) -> [Int] {
        let foreign = word.filter { Scripts.hasLatinLookAlikes(scalars[$0]) }
        let hasASCII = word.contains { scalars[$0].isASCII }
        let always = word.filter {
            isAlways($0, scalars) || (hasASCII && Confusables.isInASCIIWord(scalars[$0]))
        }
        guard !foreign.isEmpty else { return always }
        let isMixed = word.contains { Scripts.isLatin(scalars[$0]) }
        let others = word.contains { isLetter(scalars[$0]) && !Scripts.looksLatin(scalars[$0]) }
        return isMixed || !others ? always + foreign : always
    }

    private static func isAlways(_ position: Int, _ scalars: [Unicode.Scalar]) -> Bool {
        let scalar = scalars[position]
        switch scalar.value {
        // Full width letters and digits; mathematical letters and digits; Roman numerals.
        case 0xFF10...0xFF19, 0xFF21...0xFF3A, 0xFF41...0xFF5A, 0x1D400...0x1D7FF, 0x2160...0x217F:
            return true
        // Full width punctuation is ordinary beside ideographs and nowhere else.
        case 0xFF01...0xFF5E:
            return !isBesideIdeograph(position, scalars)
        default:
            if Confusables.isOfIdeographs(scalar) { return !isBesideIdeograph(position, scalars) }
            return single.contains(scalar.value) || Confusables.isAlways(scalar)
        }
    }

    private static func isBesideIdeograph(_ position: Int, _ scalars: [Unicode.Scalar]) -> Bool {
        func isOne(_ scalar: Unicode.Scalar) -> Bool {
            Scripts.isIdeographic(scalar) && !Confusables.isOfIdeographs(scalar)
        }
        return (position > 0 && isOne(scalars[position - 1]))
            || (position + 1 < scalars.count && isOne(scalars[position + 1]))
    }

    /// Look-alikes of `/ \ . , : ; ! - | ~ ' a g`, each of which some path, host or command has been forged with.
    private static let single: Set<UInt32> = [
        0x2044, 0x2215, 0x29F8, 0x2571, 0x27CB, 0x3033, 0x29F5, 0x2216, 0x29F9, 0x27CD, 0x2024, 0x0660, 0x06F0, 0xA4F8,
        0x201A, 0xA4F9, 0x2236, 0xA789, 0x02D0, 0x02F8, 0x05C3, 0x0589, 0x037E, 0x01C3, 0x2010, 0x2011, 0x2012, 0x2043,
        0x2212, 0x02D7, 0x01C0, 0x2223, 0x23FD, 0x223C, 0x02DC, 0x2032, 0x02B9, 0x02BC, 0xA78C, 0x0251, 0x0261,
    ]

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return (0x30...0x39).contains(scalar.value) || scalar.value == 0x5F || Scripts.isLatin(scalar)
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber:
            return true
        default:
            return false
        }
    }
}
