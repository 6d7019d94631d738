/// All values of a model in one flat array, with the place of every tensor in it.
///
/// One array makes the optimizer, gradient clipping, checkpoints and hashing single loops.
public struct Parameters: Sendable, Equatable {
    /// Row-major values of every tensor, one after another as <doc:TheWholeModel> lists them.
    public var values: [Float]
    package let layout: ParameterLayout

    /// All zero.
    package init(layout: ParameterLayout) {
        self.layout = layout
        values = [Float](repeating: 0, count: layout.count)
    }

    /// The values of one tensor, row-major; nil when there is none of that name.
    public subscript(name: String) -> ArraySlice<Float>? {
        layout.range(of: name).map { values[$0] }
    }
}

/// Where each tensor lies in `Parameters.values`.
package struct ParameterLayout: Sendable, Equatable {
    package let tensors: [TensorDescription]
    package let offsets: [Int]
    package let count: Int
    private let indices: [String: Int]

    package init(_ configuration: ModelConfiguration) {
        tensors = configuration.tensors
        var offsets: [Int] = []
        var indices: [String: Int] = [:]
        var offset = 0
        for (index, tensor) in tensors.enumerated() {
            offsets.append(offset)
            indices[tensor.name] = index
            offset += tensor.elementCount
        }
        self.offsets = offsets
        self.indices = indices
        count = offset
    }

    /// The place of a tensor in the flat array, or nil when there is none of that name.
    package func range(of name: String) -> Range<Int>? {
        indices[name].map { offsets[$0]..<offsets[$0] + tensors[$0].elementCount }
    }

    /// The start of a tensor that the configuration is known to have.
    package func offset(_ name: String) -> Int {
        guard let index = indices[name] else { preconditionFailure("no tensor named \(name)") }
        return offsets[index]
    }
}
