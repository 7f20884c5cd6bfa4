/// How a schema is read.
package struct SchemaOptions: Sendable {
    /// What becomes of a keyword that neither this build nor the schema's dialect knows.
    package enum UnknownKeywords: Sendable {
        /// It is an error, with the nearest keyword as advice: for what is registered here, where a misspelled `minimun`
        /// must not pass as no constraint.
        case refuse
        /// It says nothing, as draft 2020-12 has it (Core, 6.5): for the schemas of strangers. The places are kept in
        /// `CompiledSchema.unknownKeywords`.
        case annotate
    }

    /// What `format` does.
    package enum Formats: Sendable {
        /// Nothing: it tells people what is meant. The default of draft 2020-12. A dialect whose vocabularies contain
        /// `format-assertion` asserts all the same.
        case annotate
        /// A text has to have the format.
        case assert
    }

    package var unknownKeywords: UnknownKeywords
    package var formats: Formats
    /// What references may lead to besides the schema itself.
    package var documents: SchemaDocuments

    /// By default unknown keywords are refused, formats annotate, and there are no documents but the metaschemas.
    package init(
        unknownKeywords: UnknownKeywords = .refuse, formats: Formats = .annotate,
        documents: SchemaDocuments = SchemaDocuments()
    ) {
        self.unknownKeywords = unknownKeywords
        self.formats = formats
        self.documents = documents
    }
}
