import Testing

@testable import Ledger

@Suite("The tree is that of RFC 6962")
struct TreeHashTests {
    /// The entries that the reference implementations of Certificate Transparency test with.
    static let entries: [[UInt8]] = [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
        [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ]

    /// Of the trees of the first 1, 2, … of these entries.
    static let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    @Test("known answers: the empty tree, and those of one to eight entries")
    func knownAnswers() {
        #expect(
            Self.hexadecimal(CompactRange().root) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        var tree = CompactRange()
        for (entry, root) in zip(Self.entries, Self.roots) {
            tree.append(TreeHash(leaf: entry))
            #expect(Self.hexadecimal(tree.root) == root)
        }
    }

    @Test(
        "the border of a tree of any size has the root that the definition gives",
        arguments: [0, 1, 2, 3, 7, 64, 100, 257])
    func likeTheDefinition(size: Int) {
        let leaves = NaiveTree.leaves(size)
        var tree = CompactRange()
        for leaf in leaves { tree.append(leaf) }
        #expect(tree.root == NaiveTree.root(leaves[...]))
        #expect(CompactRange(size: UInt64(size), hashes: tree.hashes) == tree)
        #expect(CompactRange(size: UInt64(size), hashes: tree.hashes + [.ofEmptyTree]) == nil)
    }

    @Test("every whole subtree is told of, once")
    func completed() {
        let leaves = NaiveTree.leaves(37)
        var tree = CompactRange()
        var told: [String: TreeHash] = [:]
        for leaf in leaves {
            tree.append(leaf) { height, number, hash in
                #expect(told.updateValue(hash, forKey: "\(height)/\(number)") == nil)
            }
        }
        var expected = 0
        for height in 0..<6 {
            let width = 1 << height
            for number in 0..<37 / width {
                expected += 1
                let part = leaves[number * width..<(number + 1) * width]
                #expect(told["\(height)/\(number)"] == NaiveTree.root(part))
            }
        }
        #expect(told.count == expected)
    }

    private static func hexadecimal(_ hash: TreeHash) -> String {
        hash.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// The tree by its definition, word for word: slow and plain.
enum NaiveTree {
    static func leaves(_ count: Int) -> [TreeHash] {
        (0..<count).map { TreeHash(leaf: Array("entry \($0)".utf8)) }
    }

    static func root(_ leaves: ArraySlice<TreeHash>) -> TreeHash {
        if leaves.isEmpty { return .ofEmptyTree }
        if leaves.count == 1, let only = leaves.first { return only }
        let middle = leaves.startIndex + split(leaves.count)
        return TreeHash(root(leaves[..<middle]), root(leaves[middle...]))
    }

    /// PATH of RFC 6962, section 2.1.1.
    static func path(_ index: Int, _ leaves: ArraySlice<TreeHash>) -> [TreeHash] {
        if leaves.count <= 1 { return [] }
        let middle = leaves.startIndex + split(leaves.count)
        return index < split(leaves.count)
            ? path(index, leaves[..<middle]) + [root(leaves[middle...])]
            : path(index - split(leaves.count), leaves[middle...]) + [root(leaves[..<middle])]
    }

    /// SUBPROOF of RFC 6962, section 2.1.2.
    static func subproof(_ size: Int, _ leaves: ArraySlice<TreeHash>, _ isKnown: Bool) -> [TreeHash] {
        if size == leaves.count { return isKnown ? [] : [root(leaves)] }
        let half = split(leaves.count)
        let middle = leaves.startIndex + half
        return size <= half
            ? subproof(size, leaves[..<middle], isKnown) + [root(leaves[middle...])]
            : subproof(size - half, leaves[middle...], false) + [root(leaves[..<middle])]
    }

    private static func split(_ count: Int) -> Int {
        var half = 1
        while half * 2 < count { half *= 2 }
        return half
    }
}
