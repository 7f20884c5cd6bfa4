/// Where the end of a text begins that may become a secret by what follows, whatever the secret is.
///
/// Attack: an origin that works together with the tool says what it guesses a letter at a time, and sees by what is held
/// back whether it guessed right. So what is held back goes by the form alone: a word at the end waits, whichever it is.
struct OpenEnd: Sendable {
    let form: ScrubForm
    let punctuation: Set<UInt8>
    /// Units of the longest secret in this form.
    let most: Int

    /// More than a unit with what may stand before it is long.
    private static let reach = 32

    /// The number of bytes if nothing has to wait.
    func start(in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        // Of the places from the end backwards, how many units lead from each to the end.
        var units: [Int] = [0]
        var start = bytes.count
        var place = bytes.count - 1
        while place >= 0, bytes.count - start + Self.reach > bytes.count - place {
            let needed = needed(bytes, at: place, units)
            units.append(needed)
            if needed <= most { start = place }
            place -= 1
        }
        return start
    }

    private func needed(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int, _ units: [Int]) -> Int {
        let readings = EncodedByte.read(bytes, at: place)
        if readings.isCutOff { return 1 }
        var least = Int.max - 1
        if holds(readings.first.value) { least = after(bytes, place + readings.first.length, units) }
        if let second = readings.second, holds(second.value) {
            least = min(least, after(bytes, place + second.length, units))
        }
        return min(least, Int.max - 2) + 1
    }

    private func after(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int, _ units: [Int]) -> Int {
        var isCutOff = false
        let skipped = form.skip(bytes, at: place, &isCutOff)
        if isCutOff { return 0 }
        let direct = units[bytes.count - place]
        guard let skipped, skipped <= bytes.count else { return direct }
        return min(direct, units[bytes.count - skipped])
    }

    private func holds(_ byte: UInt8) -> Bool { form.holds(byte) || punctuation.contains(byte) }
}
