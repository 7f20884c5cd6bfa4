/// What came of using a credential that should be dead. The words are for a person.
package enum ProbeResult: Sendable, Hashable {
    /// It was refused: it is dead.
    case refused(String)
    /// It still works.
    case accepted(String)
    /// Nobody could say: there is nothing to try it on, or that did not answer.
    case unknown(String)
}
