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
    ///   - shouldContinue: asked while a damaged index is built anew; false stops.
    /// - Throws: `SearchError.index` when the index fails and goes on failing, `.stopped`.
    public func search(
        _ query: SearchQuery, limit: Int = 10, shouldContinue: () -> Bool = { true }
    ) throws -> SearchResult {
        guard limit > 0, !query.words.isEmpty else { return SearchResult(hits: [], isRanked: true) }
        return try read(shouldContinue: shouldContinue) { database in
            let terms = SearchTerm.terms(of: query.words, prefixes: query.prefixes)
            let counts = try self.counts(of: terms, database)
            let weighed = terms.map {
                WeighedTerm(term: $0, count: counts[$0.token] ?? 0, total: self.count)
            }
            let (found, isRanked) = try self.candidates(query, weighed, limit, database)
            var scorer = CandidateScorer(query: query, terms: weighed)
            let candidates = found.map { scorer.hit($0.entry, bm25: $0.bm25) }
            let order = candidates.indices.sorted {
                let (a, b) = (candidates[$0].hit.score, candidates[$1].hit.score)
                return a != b ? a > b : $0 < $1
            }
            let marker = SearchMarker(query)
            let hits = order.prefix(limit).map { index -> SearchHit in
                var hit = candidates[index].hit
                hit.snippet = SearchSnippet.pieces(candidates[index].text, marking: marker)
                if !isRanked { hit.score = 0 }
                return hit
            }
            return SearchResult(hits: hits, isRanked: isRanked)
        }
    }

    /// An entry that was found, with its BM25: higher is better.
    private struct Found {
        let id: Int64
        let entry: SearchEntry
        var bm25: Double
    }

    /// The entries to be weighed, best first.
    private func candidates(
        _ query: SearchQuery, _ terms: [WeighedTerm], _ limit: Int, _ database: Database
    ) throws -> (found: [Found], isRanked: Bool) {
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
        var found: [Found] = []
        var places: [Int64: Int] = [:]
        func take(_ match: String, ranked: Bool) throws {
            for one in try run(match, ranked: ranked, wanted, database) {
                if let place = places[one.id] {
                    found[place].bm25 = max(found[place].bm25, one.bm25)
                } else {
                    places[one.id] = found.count
                    found.append(one)
                }
            }
        }
        for match in matches { try take(match, ranked: isRanked) }
        // What a plain question insists on is enough to be found; its other words only rank.
        if !query.required.isEmpty, found.count < limit {
            let phrases = query.required.joined(separator: " AND ")
            let isRankable = try count(phrases, upTo: Self.rankable, database) <= Self.rankable
            try take(phrases, ranked: isRankable)
            isRanked = isRanked && isRankable
        }
        return (found, isRanked)
    }

    private func run(
        _ match: String, ranked: Bool, _ limit: Int, _ database: Database
    ) throws -> [Found] {
        let weights = SearchWeights.columns.map { "\($0)" }.joined(separator: ", ")
        let score = ranked ? "bm25(found, \(weights))" : "0.0"
        let order = ranked ? "ORDER BY score, rowid" : ""
        return try rows(
            """
            SELECT ranked.id, ranked.score, text, answer, names, wording, file, line FROM (
                SELECT rowid AS id, \(score) AS score FROM found WHERE found MATCH ? \(order) LIMIT ?
            ) AS ranked LEFT JOIN entry ON entry.id = ranked.id ORDER BY ranked.score, ranked.id
            """, [match, limit], database
        ).map { row in
            // An entry that is missing is all null, which is an error too.
            let entry = SearchEntry(
                text: try row.stored(2), answer: try row.storedIfAny(3), names: try row.stored(4),
                wording: try row.stored(5), file: try row.stored(6), line: try row.stored(7))
            return Found(id: try row.stored(0), entry: entry, bm25: -(try row.stored(1)))
        }
    }

    private func count(_ match: String, upTo limit: Int, _ database: Database) throws -> Int {
        let found = try rows(
            "SELECT count(*) FROM (SELECT rowid FROM found WHERE found MATCH ? LIMIT ?)",
            [match, limit + 1], database)
        guard let row = found.first else { return 0 }
        return try row.stored(0)
    }

    /// How many entries hold each term, by its token; of a prefix that many words share, an upper bound.
    private func counts(
        of terms: [SearchTerm], _ database: Database
    ) throws -> [String: Int] {
        guard !terms.isEmpty else { return [:] }
        let values = Array(repeating: "(?, ?)", count: terms.count).joined(separator: ", ")
        let found = try rows(
            """
            WITH wanted (token, past) AS (VALUES \(values))
            SELECT token, CASE WHEN past IS NULL THEN coalesce(
                (SELECT entries FROM common WHERE common.token = wanted.token),
                (SELECT doc FROM vocabulary WHERE term = wanted.token), 0)
            ELSE coalesce(
                (SELECT known FROM (
                    SELECT sum(entries) AS known FROM common
                    WHERE common.token >= wanted.token AND common.token < wanted.past)
                    WHERE known > \(Self.rankable)),
                (SELECT sum(doc) FROM (
                    SELECT doc FROM vocabulary
                    WHERE term >= wanted.token AND term < wanted.past LIMIT 2000)), 0)
            END FROM wanted
            """,
            StatementArguments(
                terms.flatMap { term -> [(any DatabaseValueConvertible)?] in
                    [term.token, term.isPrefix ? term.token + "\u{10FFFF}" : nil]
                }), database)
        var counts: [String: Int] = [:]
        for row in found {
            let token: String = try row.stored(0)
            let count: Int = try row.stored(1)
            counts[token] = count
        }
        return counts
    }

    /// Runs a statement of a search: all of them pass here.
    private func rows(
        _ sql: String, _ arguments: StatementArguments, _ database: Database
    ) throws -> [Row] {
        statementCount += 1
        return try Row.fetchAll(database, sql: sql, arguments: arguments)
    }
}
