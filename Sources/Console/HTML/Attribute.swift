import Diagnostics

/// An attribute of an element. Names are ours; values are escaped when they are written; addresses are `PagePath`s, so
/// that nothing but a page of the console can be linked to.
struct Attribute: Sendable {
    let name: Name
    /// Nil of one that is there or not.
    let value: String?

    /// The names that there are: no `style`, no event handlers.
    enum Name: Sendable {
        case plain(Plain)
        case aria(StaticString)
        case data(StaticString)

        var text: String {
            switch self {
            case .plain(let name): name.rawValue
            case .aria(let name): "aria-\(name)"
            case .data(let name): "data-\(name)"
            }
        }
    }

    /// Names that are themselves.
    enum Plain: String, Sendable {
        case autocomplete, charset, `class`, cols, colspan, content, datetime, `for`, href, id, lang, max, maxlength,
            method
        case min, name, open, placeholder, rel, required, role, rows, scope, selected, spellcheck, src, tabindex, title
        case action, type, value, checked, accept, disabled, readonly, `defer`, hidden, low, high, optimum
        case httpEquiv = "http-equiv"
    }

    private init(_ name: Name, _ value: String?) {
        self.name = name
        self.value = value
    }

    private init(_ name: Plain, _ value: String?) { self.init(.plain(name), value) }

    static func `class`(_ names: StaticString...) -> Attribute {
        Attribute(.class, names.map(\.description).filter { !$0.isEmpty }.joined(separator: " "))
    }

    static func href(_ path: PagePath) -> Attribute { Attribute(.href, path.text) }
    static func action(_ path: PagePath) -> Attribute { Attribute(.action, path.text) }
    static func src(_ path: PagePath) -> Attribute { Attribute(.src, path.text) }

    /// A place of the same page.
    static func fragment(_ identifier: String) -> Attribute { Attribute(.href, "#" + identifier) }

    /// A word of this source.
    static func set(_ name: Plain, _ value: StaticString) -> Attribute { Attribute(name, value.description) }
    static func aria(_ name: StaticString, _ value: String) -> Attribute {
        Attribute(.aria(name), VisibleText.line(value))
    }
    static func data(_ name: StaticString, _ value: String) -> Attribute { Attribute(.data(name), value) }

    /// A stranger's text, which a person reads.
    static func title(_ text: String) -> Attribute { Attribute(.title, VisibleText.line(text)) }
    /// What a form sends: as it is.
    static func value(_ text: String) -> Attribute { Attribute(.value, text) }
    static func value(_ number: Double) -> Attribute { Attribute(.value, "\(number)") }
    static func id(_ text: String) -> Attribute { Attribute(.id, VisibleText.line(text)) }
    static func `for`(_ identifier: String) -> Attribute { Attribute(.for, identifier) }
    static func name(_ name: StaticString) -> Attribute { Attribute(.name, name.description) }
    static func datetime(_ text: String) -> Attribute { Attribute(.datetime, text) }
    static func content(_ text: String) -> Attribute { Attribute(.content, text) }

    /// One that is there or not.
    static func flag(_ name: Plain, _ isSet: Bool = true) -> Attribute? { isSet ? Attribute(name, nil) : nil }
}
