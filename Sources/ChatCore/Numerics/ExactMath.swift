/// Elementary functions that give the same bits on every machine.
///
/// Goals, in this order: identical results everywhere, in debug and release; close to the true value;
/// fast. They are made of IEEE 754 additions, multiplications, divisions and square roots only, in a
/// fixed order and never contracted to fused operations; the platform's math library, which differs
/// between systems, is not called. What a network needs at every step, `exp`, `sigmoid` and `tanh`, comes
/// one number at a time and sixteen at a time, with the same bits.
package enum ExactMath {
    /// e to the power `x`, relative error below 3e-7; saturates outside −87...88. What is not a number
    /// counts as −87.
    ///
    /// x = n ln 2 + r with |r| ≤ ln 2 / 2; e^r from its Taylor series to r⁷; 2^n put into the exponent
    /// bits. ln 2 is split in two so that n ln 2 is exact (Cody and Waite 1980).
    package static func exp(_ x: Float) -> Float {
        // In this order: `max` gives its first argument when the second is not a number.
        let c = Swift.min(Swift.max(-87, x), 88)
        let n = (c * 1.442695 + 12_582_912) - 12_582_912
        let r = (c - n * 0.693359375) - n * -2.121_944_4e-4
        var p: Float = 1.984_127e-4
        p = p * r + 1.388_888_9e-3
        p = p * r + 8.333_333_3e-3
        p = p * r + 4.166_666_7e-2
        p = p * r + 0.166_666_67
        p = p * r + 0.5
        p = p * r + 1
        p = p * r + 1
        return p * Float(bitPattern: UInt32(bitPattern: (Int32(n) &+ 127) &<< 23))
    }

    /// 12,582,912 = 1.5 · 2²³ as bits.
    @inline(__always)
    private static var shift: Int32 { Int32(bitPattern: Float(12_582_912).bitPattern) }

    /// Sixteen exponentials, bit for bit those of `exp(_: Float)`.
    @inline(__always)
    package static func exp(_ x: SIMD16<Float>) -> SIMD16<Float> {
        // Not `clamped`, which goes one by one. What is not a number is not above −87.
        let low = SIMD16<Float>(repeating: -87).replacing(with: x, where: x .> -87)
        let c = low.replacing(with: 88, where: low .> 88)
        let shifted = c * 1.442695 + 12_582_912
        let n = shifted - 12_582_912
        let r = (c - n * 0.693359375) - n * -2.121_944_4e-4
        var p = SIMD16<Float>(repeating: 1.984_127e-4)
        p = p * r + 1.388_888_9e-3
        p = p * r + 8.333_333_3e-3
        p = p * r + 4.166_666_7e-2
        p = p * r + 0.166_666_67
        p = p * r + 0.5
        p = p * r + 1
        p = p * r + 1
        // n stands in the last bits of `shifted`, whose last place counts 1; a conversion of floats to
        // integers would be done one by one.
        let whole = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &- shift
        let power = (whole &+ 127) &<< 23
        return p * unsafeBitCast(power, to: SIMD16<Float>.self)
    }

    /// 1 / (1 + e^−x), absolute error below 2e-7.
    package static func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }

    @inline(__always)
    package static func sigmoid(_ x: SIMD16<Float>) -> SIMD16<Float> { 1 / (1 + exp(0 - x)) }

    /// The hyperbolic tangent, absolute error below 2e-7: (1 − t) / (1 + t) with t = e^−2|x|.
    package static func tanh(_ x: Float) -> Float {
        let t = exp(-2 * Swift.abs(x))
        let y = (1 - t) / (1 + t)
        return x < 0 ? 0 - y : y
    }

    @inline(__always)
    package static func tanh(_ x: SIMD16<Float>) -> SIMD16<Float> {
        let negative = x .< 0
        let magnitude = x.replacing(with: 0 - x, where: negative)
        let t = exp(-2 * magnitude)
        let y = (1 - t) / (1 + t)
        return y.replacing(with: 0 - y, where: negative)
    }

    /// Natural logarithm of a positive, normal number; relative error below 1e-12 (then rounded by the
    /// caller). x = m 2^e with m near 1; ln m = 2 artanh((m − 1) / (m + 1)) as a series.
    package static func log(_ x: Double) -> Double {
        precondition(x >= Double.leastNormalMagnitude && x.isFinite)
        var exponent = Int((x.bitPattern >> 52) & 0x7FF) - 1023
        var m = Double(bitPattern: (x.bitPattern & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000)
        if m > 1.414213562373095 {
            m = m * 0.5
            exponent += 1
        }
        let s = (m - 1) / (m + 1)
        let s2 = s * s
        var p = 0.0
        for k in stride(from: 21, through: 1, by: -2) { p = p * s2 + 1 / Double(k) }
        return 2 * s * p + Double(exponent) * 0.693147180559945309
    }

    /// ln(1 + e^x), absolute error below 1e-6.
    package static func softplus(_ x: Float) -> Float {
        let tail = Double(exp(0 - Swift.abs(x)))
        return Swift.max(x, 0) + Float(log(1 + tail))
    }
}
