/// As much about scripts as look-alikes need. The standard library does not tell a scalar's script.
enum Scripts {
    static func isLatin(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x41...0x5A, 0x61...0x7A, 0xAA, 0xBA, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2AF, 0x1D00...0x1D25,
            0x1E00...0x1EFF,
            0x2C60...0x2C7F, 0xA722...0xA787, 0xA78B...0xA7FF, 0xAB30...0xAB5A:
            true
        default:
            false
        }
    }

    /// Greek and Coptic, Cyrillic, Armenian, Cherokee, Lisu, Deseret, Osage, Warang Citi: alphabets with letters drawn
    /// as Latin ones.
    static func hasLatinLookAlikes(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x370...0x3FF, 0x400...0x52F, 0x531...0x58F, 0x13A0...0x13FF, 0x1C80...0x1C8F, 0x1F00...0x1FFF,
            0x2C80...0x2CFF, 0x2DE0...0x2DFF, 0xA4D0...0xA4FF, 0xA640...0xA69F, 0xAB70...0xABBF, 0x10400...0x1044F,
            0x104B0...0x104FF, 0x118A0...0x118FF:
            true
        default:
            false
        }
    }

    static func isIdeographic(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3001...0x30FF, 0x3105...0x312F, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFF66...0xFF9F, 0x20000...0x3FFFF:
            true
        default:
            false
        }
    }

    /// True for a letter of those alphabets that is drawn as a Latin letter or as a digit.
    static func looksLatin(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x13A0...0x13FF, 0xA4D0...0xA4FF, 0x10400...0x1044F, 0x104B0...0x104FF, 0x118A0...0x118FF:
            true  // Capitals modelled on Latin throughout.
        default:
            lookAlikes.contains(scalar)
        }
    }

    private static let lookAlikes = Set(
        // Cyrillic, Greek, Armenian, Coptic, Cherokee's small letters.
        ("аеорсухіјѕһԁԛԝѵԍӏүѡҽꙇҮАВЕЗКМНОРСТУХІЈЅҺԌԚԜѴӀ"
            + "αγικνορτυχωϲϳϱϒϜϺͺΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ"
            + "աոսռցհօզքյգՕՍԼՏՈ"
            + "ⲟⲞⲣⲢⲥⲤⲭⲬⲁⲎⲘⲚⲔⲦⲂⲅⲒⲨⳐ"
            + "ꭵꮁꮃꮓꮩꮪꮯ").unicodeScalars)
}
