/// The whole tokens of a text that a person supplied: what `match: token` compares with.
///
/// A token is a word between white space, as it is and without the punctuation around it, so that `bob@example.com`
/// is one of "Write to <bob@example.com>, please." and `98.70` of "Pay €98.70." No part of a word is a token. Groups of
/// an IBAN or of a telephone number that stand one after the other are one token too.
enum TextTokens {
    /// More words than that of one text are not looked at: a person types a few hundred.
    static let maximumWords = 1 << 16

    /// The values of the tokens that are long enough to tell anything.
    static func values(of text: String) -> Set<NormalValue> {
        var values: Set<NormalValue> = []
        let words = text.unicodeScalars.split(
            maxSplits: maximumWords, whereSeparator: \.properties.isWhitespace
        ).prefix(maximumWords)
        func insert(_ token: String) {
            guard NormalValue.isTelling(.string(token)) else { return }
            values.formUnion(NormalValue.forms(of: token))
        }
        for (index, word) in words.enumerated() {
            insert(String(word))
            insert(String(trimmed(word)))
            let rest = words[index...].prefix(longestGroup)
            for token in accounts(rest) { insert(token) }
            if let token = phone(rest, isFirst: index == 0 || !isPhonePart(words[index - 1])) { insert(token) }
        }
        return values
    }

    private typealias Word = Substring.UnicodeScalarView

    /// Groups of four or more characters in an IBAN of 34, or of a telephone number.
    private static let longestGroup = 12

    /// Words that make an IBAN together.
    private static func accounts(_ words: ArraySlice<Word>) -> [String] {
        guard let first = words.first.map(trimmed), first.count <= IBAN.lengths.upperBound,
            first.prefix(2).count == 2, first.prefix(2).allSatisfy({ $0.isASCII && $0.properties.isAlphabetic })
        else { return [] }
        var joined = ""
        var found: [String] = []
        for word in words {
            joined.unicodeScalars.append(contentsOf: trimmed(word))
            if joined.utf8.count > 2 * IBAN.lengths.upperBound { break }
            if IBAN.normalised(joined) != nil { found.append(joined) }
            // Punctuation ends a number, as in "…6819. 12 more".
            if trimmed(word).endIndex != word.endIndex { break }
        }
        return found
    }

    /// A telephone number in several words; it starts with `+`, `(` or `0`, and no such word comes before it.
    private static func phone(_ words: ArraySlice<Word>, isFirst: Bool) -> String? {
        guard isFirst, let start = words.first?.first, start == "+" || start == "(" || start == "0" else { return nil }
        var joined = String.UnicodeScalarView()
        for word in words {
            let part = word.prefix(while: PhoneNumber.canHold)
            if part.isEmpty { break }
            joined.append(contentsOf: part)
            guard part.endIndex == word.endIndex else {
                // What follows the digits is the end of a sentence, or this is no number.
                if !word[part.endIndex...].allSatisfy(isPunctuation) { return nil }
                break
            }
            joined.append(" ")
        }
        return PhoneNumber.normalised(String(joined).trimmingSpaces()) == nil ? nil : String(joined).trimmingSpaces()
    }

    private static func isPhonePart(_ word: Word) -> Bool { word.allSatisfy(PhoneNumber.canHold) }

    private static func trimmed(_ word: Word) -> Word {
        var word = word
        while let first = word.first, isPunctuation(first) { word.removeFirst() }
        while let last = word.last, isPunctuation(last) { word.removeLast() }
        return word
    }

    /// What people put around a word: quotes, brackets, ends of sentences, emphasis and the signs of currencies. A dash,
    /// a slash, a plus and an underscore belong to the word.
    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ".", ",", ";", ":", "!", "?", "\"", "'", "`", "(", ")", "[", "]", "{", "}", "<", ">", "*", "~", "#", "@":
            return true
        default:
            if scalar.isASCII { return scalar == "$" }
            switch scalar.properties.generalCategory {
            case .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation,
                .currencySymbol:
                return true
            default: return false
            }
        }
    }
}

extension String {
    fileprivate func trimmingSpaces() -> String {
        var text = self[...]
        while text.utf8.last == UInt8(ascii: " ") { text.removeLast() }
        return String(text)
    }
}
