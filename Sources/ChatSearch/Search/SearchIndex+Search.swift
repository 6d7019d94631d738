import Foundation
import GRDB

extension SearchIndex {
    /// Entries that a query may touch for ranking to look at all of them; more would take too long.
    static let rankable = 4_000
    /// Candidates that are weighed again by what they match.
    static let candidates = 50

    /// Finds entries. The same query gives the same result, whatever was asked before.
    /// - Parameters:
    ///   - limit: most hits.
    ///   - goOn: asked while a damaged index is built anew; false stops.
    /// - Throws: `SearchError.index` when the index fails and goes on failing, `.stopped`.
    public func search(
        _ query: SearchQuery, limit: Int = 10, goOn: () -> Bool = { true }
    ) throws -> SearchResult {
        guard limit > 0, !query.words.isEmpty else { return SearchResult(hits: [], isRanked: true) }
        return try read(goOn: goOn) { database in
            let terms = SearchTerm.terms(of: query.words, prefixes: query.prefixes)
            let weighed = try terms.map { term in
                WeighedTerm(
                    term: term, count: try self.entries(with: term, database), total: self.count)
            }
            let (found, isRanked) = try self.candidates(query, weighed, limit, database)
            var scorer = CandidateScorer(query: query, terms: weighed)
            var hits = try found.map { scorer.hit(try self.entry($0.id, database), bm25: $0.bm25) }
            let order = hits.indices.sorted {
                hits[$0].score != hits[$1].score ? hits[$0].score > hits[$1].score : $0 < $1
            }
            hits = order.prefix(limit).map { hits[$0] }
            for index in hits.indices {
                hits[index].snippet = SearchSnippet.pieces(hits[index].entry.text, marking: query)
                if !isRanked { hits[index].score = 0 }
            }
            return SearchResult(hits: hits, isRanked: isRanked)
        }
    }

    /// The entries to be weighed, each with its BM25 (higher is better), best first.
    private func candidates(
        _ query: SearchQuery, _ terms: [WeighedTerm], _ limit: Int, _ database: Database
    ) throws -> (found: [(id: Int64, bm25: Double)], isRanked: Bool) {
        let wanted = max(Self.candidates, limit)
        var matches: [String] = []
        var isRanked = true
        if let expression = query.expression {
            matches = [expression]
            isRanked = try count(expression, upTo: Self.rankable, database) <= Self.rankable
        } else {
            // The rarest words first, as long as what they touch can be ranked.
            var chosen: [WeighedTerm] = []
            var touched = 0
            for term in terms.sorted(by: { $0.count < $1.count }) where term.count > 0 {
                touched += term.count
                if touched > Self.rankable, !chosen.isEmpty { break }
                chosen.append(term)
            }
            guard let rarest = chosen.first else { return ([], true) }
            isRanked = rarest.count <= Self.rankable
            let required = query.required.map { "\($0) AND " }.joined()
            let any = chosen.map(\.term.expression).joined(separator: " OR ")
            matches = ["\(required)(\(any))"]
            let telling = chosen.filter { $0.term.weight == 1 }
            if telling.count > 1 {
                let all = telling.map(\.term.expression).joined(separator: " AND ")
                matches.append("\(required)(\(all))")
            }
        }
        var found: [Int64: Double] = [:]
        var order: [Int64] = []
        func take(_ match: String, ranked: Bool) throws {
            for (id, bm25) in try run(match, ranked: ranked, wanted, database) {
                if found[id] == nil { order.append(id) }
                found[id] = max(found[id] ?? -.infinity, bm25)
            }
        }
        for match in matches { try take(match, ranked: isRanked) }
        // What a plain question insists on is enough to be found; its other words only rank.
        if !query.required.isEmpty, order.count < limit {
            let phrases = query.required.joined(separator: " AND ")
            let isRankable = try count(phrases, upTo: Self.rankable, database) <= Self.rankable
            try take(phrases, ranked: isRankable)
            isRanked = isRanked && isRankable
        }
        return (order.map { ($0, found[$0] ?? 0) }, isRanked)
    }

    private func run(
        _ match: String, ranked: Bool, _ limit: Int, _ database: Database
    ) throws -> [(Int64, Double)] {
        let weights = SearchWeights.columns.map { "\($0)" }.joined(separator: ", ")
        let sql =
            ranked
            ? "SELECT rowid, bm25(found, \(weights)) AS score FROM found WHERE found MATCH ? ORDER BY score, rowid LIMIT ?"
            : "SELECT rowid, 0.0 FROM found WHERE found MATCH ? LIMIT ?"
        return try Row.fetchAll(database, sql: sql, arguments: [match, limit])
            .map { (try $0.stored(0), -(try $0.stored(1))) }
    }

    private func count(_ match: String, upTo limit: Int, _ database: Database) throws -> Int {
        try Int.fetchOne(
            database,
            sql:
                "SELECT count(*) FROM (SELECT rowid FROM found WHERE found MATCH ? LIMIT ?)",
            arguments: [match, limit + 1]) ?? 0
    }

    /// How many entries hold a term; of a prefix that many words share, an upper bound.
    private func entries(with term: SearchTerm, _ database: Database) throws -> Int {
        if term.isPrefix {
            let end = term.token + "\u{10FFFF}"
            let known =
                try Int.fetchOne(
                    database,
                    sql: "SELECT sum(entries) FROM common WHERE token >= ? AND token < ?",
                    arguments: [term.token, end]) ?? 0
            if known > Self.rankable { return min(known, count) }
            let sum =
                try Int.fetchOne(
                    database,
                    sql: """
                        SELECT sum(doc) FROM (
                            SELECT doc FROM vocabulary WHERE term >= ? AND term < ? LIMIT 2000)
                        """, arguments: [term.token, end]) ?? 0
            return min(sum, count)
        }
        let common = try Int.fetchOne(
            database, sql: "SELECT entries FROM common WHERE token = ?", arguments: [term.token])
        if let common { return common }
        return try Int.fetchOne(
            database, sql: "SELECT doc FROM vocabulary WHERE term = ?", arguments: [term.token])
            ?? 0
    }

    private func entry(_ id: Int64, _ database: Database) throws -> SearchEntry {
        let row = try Row.fetchOne(
            database,
            sql: "SELECT text, answer, names, wording, file, line FROM entry WHERE id = ?",
            arguments: [id])
        guard let row else { throw DatabaseError(message: "an entry is missing") }
        return SearchEntry(
            text: try row.stored(0), answer: try row.storedIfAny(1), names: try row.stored(2),
            wording: try row.stored(3), file: try row.stored(4), line: try row.stored(5))
    }
}
