import CoreMath

import class Foundation.ProcessInfo

/// The element-wise loops of training for one instruction set (the C target's table): a value that
/// `NetworkWeights` and the optimizers are given and that everything made of them uses, so that tests run each
/// set that the processor has.
package struct Kernels: @unchecked Sendable {
    /// From narrow to wide.
    package enum Level: Int32, CaseIterable, Sendable {
        case baseline, avx2, avx512
        package var name: String { "\(self)" }
    }

    /// The set that these are of.
    package let level: Level
    /// The loops themselves, which check nothing and which only files that import CoreMath can call. Everybody else
    /// calls the wrappers in `Kernels+…`, which trap where a shape or a stride is wrong.
    let table: CoreMathKernels

    /// - Returns: nil where this processor lacks the set.
    package init?(_ level: Level) {
        guard let table = core_math_kernels(level.rawValue)?.pointee else { return nil }
        self.level = level
        self.table = table
    }

    /// The sets that this processor has.
    package static var levels: [Level] { Level.allCases.filter { Kernels($0) != nil } }

    /// The widest set of this processor; `CHARCHAT_KERNELS=baseline|avx2|avx512` takes a lower one, for
    /// tests and measurements.
    package static let best: Kernels = {
        let wanted = ProcessInfo.processInfo.environment["CHARCHAT_KERNELS"]
        let named = Level.allCases.first { $0.name == wanted }.flatMap { Kernels($0) }
        let widest = Level(rawValue: core_math_best_level()).flatMap { Kernels($0) }
        guard let kernels = named ?? widest ?? Kernels(.baseline) else {
            preconditionFailure("the baseline loops are always there")
        }
        return kernels
    }()
}
