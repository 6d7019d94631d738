import ChatTraining
import Testing

@Suite("A shape that does not fit ends the process before memory beyond it is touched")
struct KernelShapeTests {
    @Test("vectors of two lengths")
    func lengths() async {
        await #expect(processExitsWith: .failure) {
            let space = Workspace()
            Kernels.best.add(space.vector(4), to: space.vector(3))
        }
    }

    @Test("a matrix whose rows lie apart, where a dense one is wanted")
    func strides() async {
        await #expect(processExitsWith: .failure) {
            let space = Workspace()
            let part = space.matrix(4, 6).columns(0..<3)
            Kernels.best.columnSum(part, addingTo: space.vector(3))
        }
    }

    @Test("rows that a matrix does not have")
    func rows() async {
        await #expect(processExitsWith: .failure) {
            let space = Workspace()
            _ = space.matrix(4, 6).rows(3..<5)
        }
    }

    @Test("what fits is let through, whatever the stride where that is told")
    func fits() async {
        await #expect(processExitsWith: .success) {
            let space = Workspace()
            let part = space.matrix(4, 6).columns(0..<3)
            Kernels.best.scale(part, by: 2)
            Kernels.best.add(part.row(1), to: space.vector(3))
        }
    }
}
