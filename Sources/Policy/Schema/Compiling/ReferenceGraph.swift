import Diagnostics
import StrictJSON

/// What asks what about the same value: references, `allOf` and their like. On a circle of these a validation would never
/// end, since it gets no deeper into the value.
struct ReferenceGraph {
    /// Schemas that ask one another about one value.
    static let maximumHeight = 256

    private let program: SchemaProgram
    private var heights: [Int?]
    private var isOpen: [Bool]
    /// The schema at which a circle closes, or where the way is too long.
    private(set) var circle: SchemaReference?
    private(set) var tooHigh: SchemaReference?

    init(_ program: SchemaProgram) {
        self.program = program
        heights = Array(repeating: nil, count: program.nodes.count)
        isOpen = Array(repeating: false, count: program.nodes.count)
        for index in program.nodes.indices {
            _ = height(of: SchemaReference(index: index), depth: 0)
            if circle != nil || tooHigh != nil { return }
        }
    }

    private mutating func height(of schema: SchemaReference, depth: Int) -> Int {
        if let known = heights[schema.index] { return known }
        if isOpen[schema.index] {
            circle = schema
            return 0
        }
        guard depth < Self.maximumHeight else {
            tooHigh = schema
            return 0
        }
        isOpen[schema.index] = true
        defer { isOpen[schema.index] = false }
        var height = 0
        // Where a dynamic reference ends depends on the way to it: that circle, if it is one, is found when it is gone.
        for next in program.outline(of: schema, followsDynamic: !program.anchors.areScoped).inPlace {
            height = max(height, 1 + self.height(of: next, depth: depth + 1))
            if circle != nil || tooHigh != nil { return 0 }
        }
        if height > Self.maximumHeight { tooHigh = schema }
        heights[schema.index] = height
        return height
    }
}
