import CoreMath

import class Foundation.ProcessInfo

/// The element-wise loops of training for this processor (the C target's table), chosen once.
///
/// `CHARCHAT_KERNELS=baseline|avx2|avx512` forces a lower set, for tests and measurements.
package enum Kernels {
    package enum Level: Int32, CaseIterable, Sendable {
        case baseline, avx2, avx512
        package var name: String { "\(self)" }
    }

    /// The loops in use.
    package static var current: CoreMathKernels { selected.table }

    /// The set in use.
    package static var level: Level { selected.level }

    /// The loops of one set, or nil where this processor lacks it.
    package static func table(_ level: Level) -> CoreMathKernels? {
        core_math_kernels(level.rawValue)?.pointee
    }

    private struct Selection: @unchecked Sendable {
        let level: Level
        let table: CoreMathKernels
    }

    private static let selected: Selection = {
        let best = Level(rawValue: core_math_best_level()) ?? .baseline
        let wanted = ProcessInfo.processInfo.environment["CHARCHAT_KERNELS"]
        let level =
            Level.allCases.first { $0.name == wanted && $0.rawValue <= best.rawValue } ?? best
        guard let table = table(level) ?? table(.baseline) else {
            preconditionFailure("the baseline loops are always there")
        }
        return Selection(level: level, table: table)
    }()
}
