import Hosts
import Manifests

/// What one call may touch, with the call's arguments in it.
package struct ResolvedGrant: Sendable {
    package let word: GrantWord
    /// Of every word on files but `exec`; of a `git` grant the folder `.git`.
    package let path: ResolvedPath?
    /// Of `exec`: the absolute path of a program in the view.
    package let program: String?
    /// Of `git`: the part of the repository.
    package let gitPart: GitPart?
    /// Of `connect`.
    package var destination: Destination?
    /// Of `connect`: addresses that are not public and that it may lead to all the same.
    package var opened: [AddressRange] = []
    /// Of `connect`: what the inspector holds its requests to; nil: they are relayed as they are.
    package var inspection: InspectionTerms?
    /// Of `connect`: its URL says that it is spoken to without TLS.
    package var isPlain = false

    /// Of `listen`.
    package var port: LoopbackPort?

    /// A grant on what was resolved: `GrantResolution` makes those of a call.
    package init(word: GrantWord, path: ResolvedPath?, program: String?, gitPart: GitPart?) {
        self.word = word
        self.path = path
        self.program = program
        self.gitPart = gitPart
    }

    /// A grant to connect.
    package init(_ destination: Destination, opened: [AddressRange]) {
        self.init(word: .connect, path: nil, program: nil, gitPart: nil)
        self.destination = destination
        self.opened = opened
    }

    /// A grant to listen.
    package init(_ port: LoopbackPort) {
        self.init(word: .listen, path: nil, program: nil, gitPart: nil)
        self.port = port
    }

    /// True if the call may change something of the workspace.
    package var writes: Bool {
        switch word {
        case .write, .create, .writeUnder, .git: true
        case .read, .list, .readUnder, .exec, .connect, .listen: false
        }
    }
}

/// A part of `.git` that a `git` grant names. They are published in this order, so that no ref ever names an object
/// that is not there yet.
package enum GitPart: String, Hashable, Sendable, CaseIterable, Comparable {
    /// New loose objects and packs. Nothing that exists is replaced.
    case objects
    /// Branches, tags, their logs, `packed-refs` and a symbolic `HEAD`.
    case refs
    /// The index.
    case index

    package static func < (left: Self, right: Self) -> Bool { left.order < right.order }

    private var order: Int {
        switch self {
        case .objects: 0
        case .refs: 1
        case .index: 2
        }
    }
}
