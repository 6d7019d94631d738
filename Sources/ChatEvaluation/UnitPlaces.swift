import ChatCore

/// Where else a unit fires: the places of a text at which it goes farthest its way, so that a person sees
/// whether what it follows is all that it follows.
package struct UnitPlaces: Sendable, Equatable {
    package struct Place: Sendable, Equatable {
        /// Index of the character.
        package var index: Int
        /// The unit's activation behind it.
        package var value: Float
    }

    /// Places that are told, and characters that lie between two of them.
    static let count = 4
    static let distance = 8

    package let unit: String
    /// Farthest first.
    package let places: [Place]

    /// - Parameter rises: the unit fires where its activation is high; false: where it is low.
    package init(_ unit: ActivationTrace.Unit, rises: Bool) {
        self.unit = unit.name
        let sign: Float = rises ? 1 : -1
        let order = unit.values.indices.sorted {
            let (a, b) = (sign * unit.values[$0], sign * unit.values[$1])
            return a != b ? a > b : $0 < $1
        }
        var places: [Place] = []
        for index in order where places.allSatisfy({ abs($0.index - index) > Self.distance }) {
            places.append(Place(index: index, value: unit.values[index]))
            if places.count == Self.count { break }
        }
        self.places = places
    }

    /// Those of the units that follow something, in the text in which that was found.
    package static func all(_ trace: ActivationTrace, _ features: UnitFeatures) -> [UnitPlaces] {
        var told: Set<String> = []
        return features.findings.compactMap { finding in
            guard told.insert(finding.unit).inserted,
                let unit = trace.units.first(where: { $0.name == finding.unit })
            else { return nil }
            return UnitPlaces(unit, rises: finding.correlation >= 0)
        }
    }
}
