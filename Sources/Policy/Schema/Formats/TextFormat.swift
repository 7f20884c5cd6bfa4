import Hosts

/// The formats of draft 2020-12 (Validation, 7.3) that this build can assert: all of them. Texts longer than a format can
/// be are refused before they are read.
enum TextFormat: String, CaseIterable, Sendable {
    case dateTime = "date-time"
    case date, time, duration
    case email
    case idnEmail = "idn-email"
    case hostname
    case idnHostname = "idn-hostname"
    case ipv4, ipv6
    case uri
    case uriReference = "uri-reference"
    case iri
    case iriReference = "iri-reference"
    case uriTemplate = "uri-template"
    case jsonPointer = "json-pointer"
    case relativeJSONPointer = "relative-json-pointer"
    case regex, uuid

    /// True if the whole text has the format.
    func admits(_ text: String) -> Bool {
        switch self {
        case .dateTime: TimeFormat.isDateTime(text)
        case .date: TimeFormat.isDate(text)
        case .time: TimeFormat.isTime(text)
        case .duration: DurationFormat.admits(text)
        case .email: MailboxFormat.admits(text, international: false)
        case .idnEmail: MailboxFormat.admits(text, international: true)
        case .hostname: HostNameFormat.admits(text)
        case .idnHostname: HostNameFormat.admitsInternational(text)
        case .ipv4: (try? IPAddress(version4: text)) != nil
        case .ipv6: (try? IPAddress(version6: text)) != nil
        case .uri: URIFormat(text, international: false).isURI
        case .uriReference: URIFormat(text, international: false).isReference
        case .iri: URIFormat(text, international: true).isURI
        case .iriReference: URIFormat(text, international: true).isReference
        case .uriTemplate: URITemplateFormat.admits(text)
        case .jsonPointer: PointerFormat.isPointer(text)
        case .relativeJSONPointer: PointerFormat.isRelative(text)
        case .regex: ECMAPattern.isValid(text)
        case .uuid: PointerFormat.isUUID(text)
        }
    }
}
