import Manifests
import StrictJSON

/// Which values the outputs of trusted tools held, at the places that an intent's `from` names.
///
/// Bounded, whatever the tools return: of a value that stands at no such place nothing is kept; of others a hash of 16
/// bytes, under a key that only this run knows. There are at most `maximumValues` (about 16 MiB with the tables around
/// them), and further values have no provenance, which the reasons of decisions say. So an output of 100 MB adds nothing,
/// or its distinct values up to that bound. A look-up takes constant time.
struct ProvenanceIndex: Hashable, Sendable {
    static let maximumValues = 1 << 18

    private var values: [Set<ValueKey>] = []
    private(set) var count = 0
    /// Some values could not be taken up.
    private(set) var isIncomplete = false

    mutating func insert(_ reading: OutputReading) {
        if reading.isCutOff { isIncomplete = true }
        for entry in reading.entries {
            while values.count <= entry.source { values.append([]) }
            guard count < Self.maximumValues else {
                if !values[entry.source].contains(entry.key) { isIncomplete = true }
                continue
            }
            if values[entry.source].insert(entry.key).inserted { count += 1 }
        }
    }

    func contains(_ key: ValueKey, from source: Int) -> Bool {
        values.indices.contains(source) && values[source].contains(key)
    }
}
