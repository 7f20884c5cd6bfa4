import Testing

@testable import Ledger

@Suite("A proof is accepted if and only if what it says is so")
struct ProofTests {
    private static let leaves = NaiveTree.leaves(70)

    private static let prover = TreeProver(size: 70) { (height, number) throws(LedgerError) in
        let width = 1 << height
        return NaiveTree.root(leaves[Int(number) * width..<(Int(number) + 1) * width])
    }

    private static func root(_ size: Int) -> TreeHash { NaiveTree.root(leaves[..<size]) }

    @Test("inclusion proofs are those of the definition, prove their entry, and no other and no other place")
    func inclusion() throws {
        for size in [1, 2, 3, 5, 8, 13, 64, 65, 70] {
            for index in 0..<size {
                let proof = try Self.prover.inclusion(of: UInt64(index), in: UInt64(size))
                #expect(proof == NaiveTree.path(index, Self.leaves[..<size]))
                for (leaf, place) in [(index, index), ((index + 1) % 70, index), (index, (index + 1) % 70)] {
                    let isIncluded = ProofVerification.includes(
                        Self.leaves[leaf], at: UInt64(place), size: UInt64(size), root: Self.root(size), proof: proof)
                    #expect(isIncluded == (leaf == index && place == index))
                }
                #expect(
                    !ProofVerification.includes(
                        Self.leaves[index], at: UInt64(index), size: UInt64(size), root: Self.root(size),
                        proof: proof + [.ofEmptyTree]))
            }
        }
    }

    @Test("consistency proofs are those of the definition, and prove their two sizes only")
    func consistency() throws {
        for second in [1, 2, 3, 6, 7, 8, 31, 64, 65, 70] {
            for first in 1...second {
                let proof = try Self.prover.consistency(from: UInt64(first), to: UInt64(second))
                #expect(proof == NaiveTree.subproof(first, Self.leaves[..<second], true))
                func holds(_ one: Int, _ oneRoot: TreeHash, _ other: Int, _ otherRoot: TreeHash) -> Bool {
                    ProofVerification.isConsistent(
                        first: UInt64(one), firstRoot: oneRoot, second: UInt64(other), secondRoot: otherRoot,
                        proof: proof)
                }
                #expect(holds(first, Self.root(first), second, Self.root(second)))
                #expect(!holds(first, TreeHash(leaf: [9]), second, Self.root(second)))
                #expect(!holds(first, Self.root(first), second, TreeHash(leaf: [9])))
                if first > 1 {
                    #expect(!holds(first - 1, Self.root(first - 1), second, Self.root(second)) || proof.isEmpty)
                }
            }
        }
    }

    @Test("roots of earlier sizes come from the same subtrees")
    func roots() throws {
        for size in 0...70 { #expect(try Self.prover.root(of: UInt64(size)) == Self.root(size)) }
    }

    @Test("from the empty tree nothing is proved")
    func empty() {
        #expect(
            !ProofVerification.isConsistent(
                first: 0, firstRoot: .ofEmptyTree, second: 5, secondRoot: Self.root(5), proof: []))
    }
}
