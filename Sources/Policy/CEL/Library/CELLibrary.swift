/// # CEL's library
///
/// The leaf functions of the language and of its extensions `strings`, `math`, `net` and `base64`, on plain Swift types.
/// Each is total: it returns or throws a `CELFunctionError`, and takes time linear in what it is given. Those that can
/// write more than they read take the size that the evaluator still allows as `maximumBytes`. The evaluator checks types,
/// walks lists and maps, and adds positions to errors.
///
/// ## Numbers
/// - `CELArithmetic.add, subtract, multiply, divide, modulo(_:_:) throws`: `+ - * / %` on two `Int64` or two `UInt64`.
/// - `CELArithmetic.negate(Int64) throws`: unary minus; a `Double` needs only Swift's `-`.
/// - `CELNumeric.compare(_:_:) -> Int?`: `< <= > >=` across int, uint and double: -1, 0, 1; nil with NaN (all false).
/// - `CELNumeric.equal(_:_:) -> Bool`, `.canonical`: `==` across the kinds; the form that equal keys of maps share.
/// - `CELMath.greatest, least([CELNumeric]) throws -> CELNumeric`; `abs(CELNumeric) throws`, `sign`, `sqrt -> Double`.
/// - `CELMath.ceil, floor, round, trunc(Double) -> Double`; `isInf, isNaN, isFinite(Double) -> Bool`.
/// - `CELBits.and, or, xor(_:_:)`, `not(_:)`: `math.bitAnd` … on `Int64` and `UInt64`.
/// - `CELBits.shiftLeft, shiftRight(_:by: Int64) throws`: `math.bitShiftLeft` … on `Int64` and `UInt64`.
///
/// ## Conversions
/// - `CELConversion.int(UInt64 | Double | String) throws -> Int64`; of a timestamp `CELTimestamp.secondsSince1970`.
/// - `CELConversion.uint(Int64 | Double | String) throws -> UInt64`.
/// - `CELConversion.double(Int64 | UInt64) -> Double`, `double(String) throws -> Double`.
/// - `CELConversion.bool(String) throws -> Bool`, `bytes(String) -> [UInt8]`.
/// - `CELConversion.string(Bool | Int64 | UInt64 | Double) -> String`, `string([UInt8]) throws -> String`.
/// - `string(x)` of the rest: `.text` of `CELDuration`, `CELTimestamp`, `CELIP` and `CELCIDR`.
/// - `CELBase64.encode([UInt8], maximumBytes:) throws -> String`, `decode(String) throws -> [UInt8]`.
///
/// ## Time
/// - `CELDuration(parsing: String) throws`: `duration(string)`; `CELDuration(seconds: Int64) throws`.
/// - `CELDuration.add, subtract(_:_:) throws`, `negate(_:)`, `<`, `==`.
/// - `CELDuration.hours, minutes, seconds, milliseconds`: `getHours()` …
/// - `CELTimestamp(parsing: String) throws`: `timestamp(string)`; `CELTimestamp(secondsSince1970: Int64) throws`:
///   `timestamp(int)`; `CELTimestamp(secondsSince1970:nanoseconds:) throws` for `now`.
/// - `CELTimestamp.add, subtract(_: CELTimestamp, _: CELDuration) throws -> CELTimestamp`, `<`, `==`.
/// - `CELTimestamp.subtract(_: CELTimestamp, _: CELTimestamp) throws -> CELDuration`.
/// - `CELTimeZone(String) throws`: an offset or a name of IANA's. A literal is best read when the condition is compiled.
/// - `CELTimeZone.prepare()`: once when intents are loaded, so that no decision makes ICU look for a file.
/// - `CELTimestampFields(CELTimestamp, in: CELTimeZone = .utc)`: `.fullYear, .month, .date, .dayOfMonth, .dayOfYear,
///   .dayOfWeek, .hours, .minutes, .seconds, .milliseconds`, each `Int64`: `getFullYear()` …
///
/// ## Strings
/// - `CELText.size(String) -> Int64`; of bytes their count.
/// - `CELText.equal(_:_:) -> Bool`, `compare(_:_:) -> Int`: of strings; `compare` takes two `[UInt8]` as well.
/// - `CELText.concatenate(_:_:maximumBytes:) throws`: `+` on two `String` or two `[UInt8]`.
/// - `CELText.contains, startsWith, endsWith(String, String) -> Bool`.
/// - `CELText.charAt(String, Int64) throws`, `substring(String, Int64) throws`, `substring(String, Int64, Int64) throws`.
/// - `CELText.indexOf(String, String, from: Int64 = 0) throws -> Int64`.
/// - `CELText.lastIndexOf(String, String) -> Int64`, `lastIndexOf(String, String, from: Int64) throws -> Int64`.
/// - `CELText.lowerASCII, upperASCII, trim, reverse(String) -> String`.
/// - `CELText.quote(String, maximumBytes:) throws`: `strings.quote`.
/// - `CELText.join([String], separator: "", maximumBytes:) throws`.
/// - `CELText.replace(String, String, with: String, limit: Int64 = -1, maximumBytes:) throws`.
/// - `CELText.split(String, separator: String, limit: Int64 = -1) -> [String]`.
///
/// ## Format
/// - `CELFormat(parsing: String) throws`, `.pieces`, `.argumentCount`: a literal is best read when it is compiled.
/// - `CELValue.formatted(CELFormatClause, maximumBytes:) throws -> String`: the text of one argument without parts; of
///   lists and maps the evaluator writes `[a, b]` and `{k: v}`, keys in order of their texts.
///
/// ## Network
/// - `CELIP(String) throws`, `CELIP.isIP(String)`, `CELIP.isCanonical(String) throws`, `==`.
/// - `CELIP.family, isUnspecified, isLoopback, isGlobalUnicast, isLinkLocalMulticast, isLinkLocalUnicast`.
/// - `CELCIDR(String) throws`, `CELCIDR.isCIDR(String)`, `==`, `.ip`, `.masked`, `.prefixLength`.
/// - `CELCIDR.contains(CELIP)`, `contains(CELCIDR)`: with a string argument read that first.
enum CELLibrary {}
