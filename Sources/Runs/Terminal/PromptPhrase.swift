import Diagnostics
import Glibc
import LinuxIO
import Manifests
import Store

/// The words by which a person knows a prompt of agentbox from one that an agent draws. Made at the first run that can
/// ask, kept in `$AGENTBOX_HOME/phrase`, which no box sees, and shown before each agent starts. Whoever prefers other
/// words writes them there.
enum PromptPhrase {
    private static let longest = 60

    /// The phrase of a home. Blocking.
    static func of(_ home: Home) throws -> String {
        let path = home.path + "/phrase"
        if let kept = try read(path) { return try checked(kept, path) }
        let phrase = (0..<3).map { _ in words.randomElement() ?? "" }.joined(separator: " ")
        if try make(path, phrase) { return phrase }
        // Another run was faster.
        return try checked(try read(path) ?? [], path)
    }

    /// Nil if there is no such file.
    private static func read(_ path: String) throws(SystemError) -> [UInt8]? {
        do {
            return try Descriptor.open(path, O_RDONLY | O_NOFOLLOW).shared().readAll(limit: 4096)
        } catch {
            if error.errno == ENOENT { return nil }
            throw error
        }
    }

    /// False if there is such a file already.
    private static func make(_ path: String, _ phrase: String) throws(SystemError) -> Bool {
        let file: SharedDescriptor
        do {
            file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600).shared()
        } catch {
            if error.errno == EEXIST { return false }
            throw error
        }
        try file.writeAll(Array((phrase + "\n").utf8))
        try file.synchronize()
        return true
    }

    private static func checked(_ bytes: [UInt8], _ path: String) throws -> String {
        let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
        guard !text.isEmpty, text.count <= longest, VisibleText.line(text) == text else {
            throw AgentBoxError(
                "`\(path)` holds no phrase: one line of at most \(longest) visible characters", code: "phrase",
                remedy: "write a few words into it, or remove it and a new one is made")
        }
        return text
    }

    private static let words = """
        acorn amber anchor apple april arrow autumn badger bamboo barley basil beacon birch biscuit blanket bottle \
        bramble bread breeze bridge bronze bucket butter button cabin cactus candle canvas carrot castle cedar cellar \
        cherry chimney cider cinnamon clover cobalt coffee comet copper coral cotton cradle crane cricket crystal \
        cypress daisy dolphin donkey dragon drizzle drum eagle ember falcon feather fennel fiddle flannel forest fossil \
        fountain garden garlic ginger glacier goose granite grape guitar hammer harbor harvest hazel helmet heron honey \
        island ivory jacket jasmine juniper kettle kitten ladder lantern lavender lemon lentil lilac linen lobster \
        magnet mango maple marble meadow melon mirror mitten monsoon mosaic mountain mustard nectar needle nutmeg oasis \
        ocean olive onion orchid otter oyster paddle pancake paper parsley peach pebble pencil pepper pigeon pillow \
        pine planet plum pocket poplar potato prairie pumpkin quarry quilt rabbit radish raven ribbon river robin \
        rocket saddle saffron salmon sandal satin seagull shadow silver sparrow spinach spruce squirrel statue stone \
        summer sunset tangerine teapot thicket thistle thunder timber tomato tulip tunnel turnip turtle umbrella valley \
        vanilla velvet violet violin waffle walnut water whistle willow window winter wolf wool yarrow zebra
        """.split(separator: " ").map(String.init)
}

extension Intent {
    /// True if a call under it may have to be approved.
    var asksPeople: Bool { reviewBy != nil || rules.contains { $0.effect == .approve } }
}
