import Diagnostics

extension AllowedSigners {
    /// Largest file, in bytes.
    package static let largestFile = 4 << 20

    /// Reads a file's content. A line that cannot be read makes the whole file unusable: who left it out or put it in
    /// meant something by it.
    ///
    /// - Parameter file: What errors call the file.
    package init(parsing content: [UInt8], file: String) throws(ApprovalFileError) {
        var entries: [Entry] = []
        var directives: [Directive] = []
        for line in try SignerLine.lines(of: content, file: file, limit: Self.largestFile) {
            if line.isComment {
                if let directive = try Self.directive(line) { directives.append(directive) }
            } else {
                entries.append(try Self.entry(line))
            }
        }
        self.init(entries: entries, directives: directives)
    }

    // MARK: Keys

    private static func entry(_ whole: SignerLine) throws(ApprovalFileError) -> Entry {
        var line = whole
        guard let names = try line.word() else { throw line.problem(.invalidLine, "the line is empty") }
        guard let principals = PatternList(unquoted(names.text)) else {
            throw line.problem(.invalidLine, at: names.place, "the list of names has an empty one")
        }
        guard var type = try line.word() else { throw missingKey(line) }
        var options = Options()
        if !SSHPublicKey.isTypeName(type.text) {
            options = try Options(type, line)
            guard let next = try line.word() else { throw missingKey(line) }
            type = next
        }
        let key = try SSHKeyText.key(type, &line)
        return Entry(
            principals: principals, isAuthority: options.isAuthority, namespaces: options.namespaces,
            validAfter: options.validAfter, validBefore: options.validBefore, key: key, line: line.number)
    }

    private static func missingKey(_ line: SignerLine) -> ApprovalFileError {
        line.problem(
            .invalidLine, "the line has no key",
            remedy: "write `NAME [OPTIONS] TYPE BASE64`, as in the file that ends with `.pub`")
    }

    private static func unquoted(_ text: String) -> String {
        text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : text
    }

    // MARK: Directives

    /// Nil for a comment that is only one.
    private static func directive(_ whole: SignerLine) throws(ApprovalFileError) -> Directive? {
        var line = whole
        let words = try line.commentWords()
        guard let first = words.first, first.text.lowercased().hasPrefix("agentbox") else { return nil }
        guard first.text == "agentbox:" else {
            throw line.problem(
                .unknownOption, at: first.place, "a comment that begins with \(VisibleText.quoted(first.text))",
                remedy: "write `# agentbox: role ROLE NAMES`, or begin the comment with another word")
        }
        guard words.count >= 2 else {
            throw line.problem(.unknownOption, at: first.place, "nothing follows `agentbox:`")
        }
        let word = words[1]
        switch word.text {
        case "role":
            try check(words, count: 4, "role ROLE NAMES", line)
            guard isRole(words[2].text) else {
                throw line.problem(
                    .invalidLine, at: words[2].place,
                    "\(VisibleText.quoted(words[2].text)) is no role: letters, digits, `-`, `_` and `.` make one")
            }
            return .role(words[2].text, try names(words[3], line))
        case "verify-required":
            try check(words, count: 3, "verify-required NAMES", line)
            return .verifyRequired(try names(words[2], line))
        case "webauthn":
            try check(words, count: 6, "webauthn NAME KIND ID KEY", line)
            return .webauthn(try credential(words, line))
        default:
            throw line.problem(
                .unknownOption, at: word.place, "\(VisibleText.quoted(word.text)) is nothing that agentbox knows",
                remedy: "`role ROLE NAMES`, `verify-required NAMES` and `webauthn NAME KIND ID KEY` are")
        }
    }

    private static func credential(
        _ words: [SignerLine.Word], _ line: SignerLine
    ) throws(ApprovalFileError) -> WebAuthnCredential {
        let name = words[2].text
        guard ApprovalStatement.isName(name), PatternList(name)?.plainNames.count == 1 else {
            throw line.problem(.invalidLine, at: words[2].place, "a credential belongs to one name")
        }
        let credential: WebAuthnCredential?
        do throws(ApprovalRefusal) {
            credential = try WebAuthnCredential(
                name: name, kind: words[3].text, id: words[4].text, key: words[5].text)
        } catch {
            throw line.problem(.invalidKey, at: words[5].place, error.message, remedy: error.remedy)
        }
        guard let credential else {
            throw line.problem(
                .invalidKey, at: words[3].place, "the credential cannot be read",
                remedy: "add the line that the console shows when the credential is registered")
        }
        return credential
    }

    private static func check(
        _ words: [SignerLine.Word], count: Int, _ form: String, _ line: SignerLine
    ) throws(ApprovalFileError) {
        guard words.count == count else {
            throw line.problem(
                .invalidLine, at: words[min(count, words.count - 1)].place,
                "\(words.count < count ? "something is missing here" : "something follows that does not belong here")",
                remedy: "write `# agentbox: \(form)`; several names are joined by commas")
        }
    }

    private static func names(_ word: SignerLine.Word, _ line: SignerLine) throws(ApprovalFileError) -> PatternList {
        guard let names = PatternList(word.text) else {
            throw line.problem(.invalidLine, at: word.place, "the list of names has an empty one")
        }
        return names
    }

    private static func isRole(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy {
                $0.isASCII
                    && ($0.properties.isAlphabetic || $0.properties.numericType != nil
                        || "-_.".unicodeScalars.contains($0))
            }
    }
}
