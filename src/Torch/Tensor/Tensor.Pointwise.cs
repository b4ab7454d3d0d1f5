using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor add(Tensor target) => AddT.Call(this, target);

        public Tensor add(Tensor target, Scalar alpha) => AddT.Call(this, target, alpha);

        public Tensor add(Scalar scalar) => AddS.Call(this, scalar);

        public Tensor add_(Tensor target)
        {
            AddTInPlace.Run(this, target);
            return this;
        }

        public Tensor add_(Tensor target, Scalar alpha)
        {
            AddTInPlace.Run(this, target, alpha);
            return this;
        }

        public Tensor sub(Tensor target) => SubT.Call(this, target);

        public Tensor sub(Tensor target, Scalar alpha) => SubT.Call(this, target, alpha);

        public Tensor sub(Scalar scalar) => SubS.Call(this, scalar);

        public Tensor sub_(Tensor target)
        {
            SubTInPlace.Run(this, target);
            return this;
        }

        public Tensor sub_(Tensor target, Scalar alpha)
        {
            SubTInPlace.Run(this, target, alpha);
            return this;
        }

        public Tensor mul(Tensor target) => MulT.Call(this, target);

        public Tensor mul(Scalar target) => MulS.Call(this, target);

        public Tensor mul_(Tensor target)
        {
            MulTInPlace.Run(this, target);
            return this;
        }

        public Tensor mul_(Scalar target)
        {
            MulSInPlace.Run(this, target);
            return this;
        }

        public Tensor div(Tensor target) => DivT.Call(this, target);

        public Tensor div(Scalar target) => DivS.Call(this, target);

        public Tensor div_(Tensor target)
        {
            DivTInPlace.Run(this, target);
            return this;
        }

        public Tensor div_(Scalar target)
        {
            DivSInPlace.Run(this, target);
            return this;
        }

        public Tensor pow(Tensor other) => PowT.Call(this, other);

        public Tensor pow(Scalar other) => PowS.Call(this, other);

        public Tensor remainder(Tensor other) => RemainderT.Call(this, other);

        public Tensor remainder(Scalar scalar) => RemainderS.Call(this, scalar);

        public Tensor eq(Tensor other) => EqT.Call(this, other);

        public Tensor eq(Scalar other) => EqS.Call(this, other);

        public Tensor ne(Tensor other) => NeT.Call(this, other);

        public Tensor ne(Scalar other) => NeS.Call(this, other);

        public Tensor lt(Tensor other) => LtT.Call(this, other);

        public Tensor lt(Scalar other) => LtS.Call(this, other);

        public Tensor le(Tensor other) => LeT.Call(this, other);

        public Tensor le(Scalar other) => LeS.Call(this, other);

        public Tensor gt(Tensor other) => GtT.Call(this, other);

        public Tensor gt(Scalar other) => GtS.Call(this, other);

        public Tensor ge(Tensor other) => GeT.Call(this, other);

        public Tensor ge(Scalar other) => GeS.Call(this, other);

        public Tensor neg() => NegOp.Call(this);

        public Tensor abs() => AbsOp.Call(this);

        public Tensor exp() => ExpOp.Call(this);

        public Tensor log() => LogOp.Call(this);

        public Tensor log2() => Log2Op.Call(this);

        public Tensor sqrt() => SqrtOp.Call(this);

        public Tensor rsqrt() => RsqrtOp.Call(this);

        public Tensor square() => SquareOp.Call(this);

        public Tensor floor() => FloorOp.Call(this);

        public Tensor ceil() => CeilOp.Call(this);

        public Tensor round() => RoundOp.Call(this);

        public Tensor sin() => SinOp.Call(this);

        public Tensor cos() => CosOp.Call(this);

        public Tensor tanh() => TanhOp.Call(this);

        public Tensor sigmoid() => SigmoidOp.Call(this);

        public Tensor relu() => ReluOp.Call(this);

        public Tensor silu() => SiluOp.Call(this);

        public Tensor sign() => SignOp.Call(this);

        public Tensor reciprocal() => ReciprocalOp.Call(this);

        public Tensor logical_not() => LogicalNotOp.Call(this);

        public Tensor isfinite() => IsfiniteOp.Call(this);

        public Tensor isnan() => IsnanOp.Call(this);

        public Tensor erf() => ErfOp.Call(this);

        public Tensor atanh() => AtanhOp.Call(this);

        public Tensor logical_and(Tensor other) => LogicalAndOp.Call(this, other);

        public Tensor logical_or(Tensor other) => LogicalOrOp.Call(this, other);

        public Tensor logical_xor(Tensor other) => LogicalXorOp.Call(this, other);

        public Tensor minimum(Tensor other) => MinimumOp.Call(this, other);

        public Tensor maximum(Tensor other) => MaximumOp.Call(this, other);

        public Tensor floor_divide(Tensor other) => DivMode.Call(this, other, "floor");

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => ClampOp.Call(this, min, max);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null)
        {
            ClampInPlace.Run(this, min, max);
            return this;
        }

        public Tensor fill_(Scalar value)
        {
            FillInPlace.Run(this, value);
            return this;
        }

        public Tensor zero_()
        {
            ZeroInPlace.Run(this);
            return this;
        }

        public Tensor copy_(Tensor source, bool nonBlocking = false)
        {
            CopyInPlace.Run(this, source, nonBlocking);
            return this;
        }

        public Tensor lerp(Tensor end, Tensor weight) => LerpT.Call(this, end, weight);

        public Tensor lerp_(Tensor end, Tensor weight)
        {
            LerpInPlace.Run(this, end, weight);
            return this;
        }

        /// <summary>This tensor where the condition holds, the other elsewhere.</summary>
        public Tensor where(Tensor condition, Tensor y) => WhereOp.Call(condition, this, y);

        public Tensor masked_fill(Tensor mask, Scalar value) => MaskedFillS.Call(this, mask, value);

        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);

        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);

        public static Tensor operator +(Scalar left, Tensor right) => right.add(left);

        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);

        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);

        public static Tensor operator -(Scalar left, Tensor right) => RsubS.Call(right, left);

        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);

        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);

        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);

        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);

        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);

        public static Tensor operator -(Tensor tensor) => tensor.neg();

        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);

        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);

        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);

        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);

        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);

        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);

        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);

        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);

        private static readonly Operator AddT = new("aten::add", "Tensor");
        private static readonly Operator AddTInPlace = new("aten::add_", "Tensor");
        private static readonly Operator AddS = new("aten::add", "Scalar");
        private static readonly Operator SubT = new("aten::sub", "Tensor");
        private static readonly Operator SubTInPlace = new("aten::sub_", "Tensor");
        private static readonly Operator SubS = new("aten::sub", "Scalar");
        private static readonly Operator MulT = new("aten::mul", "Tensor");
        private static readonly Operator MulTInPlace = new("aten::mul_", "Tensor");
        private static readonly Operator MulS = new("aten::mul", "Scalar");
        private static readonly Operator MulSInPlace = new("aten::mul_", "Scalar");
        private static readonly Operator DivT = new("aten::div", "Tensor");
        private static readonly Operator DivTInPlace = new("aten::div_", "Tensor");
        private static readonly Operator DivS = new("aten::div", "Scalar");
        private static readonly Operator DivSInPlace = new("aten::div_", "Scalar");
        private static readonly Operator PowT = new("aten::pow", "Tensor_Tensor");
        private static readonly Operator PowS = new("aten::pow", "Tensor_Scalar");
        private static readonly Operator RemainderT = new("aten::remainder", "Tensor");
        private static readonly Operator RemainderS = new("aten::remainder", "Scalar");
        private static readonly Operator EqT = new("aten::eq", "Tensor");
        private static readonly Operator EqS = new("aten::eq", "Scalar");
        private static readonly Operator NeT = new("aten::ne", "Tensor");
        private static readonly Operator NeS = new("aten::ne", "Scalar");
        private static readonly Operator LtT = new("aten::lt", "Tensor");
        private static readonly Operator LtS = new("aten::lt", "Scalar");
        private static readonly Operator LeT = new("aten::le", "Tensor");
        private static readonly Operator LeS = new("aten::le", "Scalar");
        private static readonly Operator GtT = new("aten::gt", "Tensor");
        private static readonly Operator GtS = new("aten::gt", "Scalar");
        private static readonly Operator GeT = new("aten::ge", "Tensor");
        private static readonly Operator GeS = new("aten::ge", "Scalar");
        private static readonly Operator NegOp = new("aten::neg");
        private static readonly Operator AbsOp = new("aten::abs");
        private static readonly Operator ExpOp = new("aten::exp");
        private static readonly Operator LogOp = new("aten::log");
        private static readonly Operator Log2Op = new("aten::log2");
        private static readonly Operator SqrtOp = new("aten::sqrt");
        private static readonly Operator RsqrtOp = new("aten::rsqrt");
        private static readonly Operator SquareOp = new("aten::square");
        private static readonly Operator FloorOp = new("aten::floor");
        private static readonly Operator CeilOp = new("aten::ceil");
        private static readonly Operator RoundOp = new("aten::round");
        private static readonly Operator SinOp = new("aten::sin");
        private static readonly Operator CosOp = new("aten::cos");
        private static readonly Operator TanhOp = new("aten::tanh");
        private static readonly Operator SigmoidOp = new("aten::sigmoid");
        private static readonly Operator ReluOp = new("aten::relu");
        private static readonly Operator SiluOp = new("aten::silu");
        private static readonly Operator SignOp = new("aten::sign");
        private static readonly Operator ReciprocalOp = new("aten::reciprocal");
        private static readonly Operator LogicalNotOp = new("aten::logical_not");
        private static readonly Operator IsfiniteOp = new("aten::isfinite");
        private static readonly Operator IsnanOp = new("aten::isnan");
        private static readonly Operator ErfOp = new("aten::erf");
        private static readonly Operator AtanhOp = new("aten::atanh");
        private static readonly Operator LogicalAndOp = new("aten::logical_and");
        private static readonly Operator LogicalOrOp = new("aten::logical_or");
        private static readonly Operator LogicalXorOp = new("aten::logical_xor");
        private static readonly Operator MinimumOp = new("aten::minimum");
        private static readonly Operator MaximumOp = new("aten::maximum");
        private static readonly Operator DivMode = new("aten::div", "Tensor_mode");
        private static readonly Operator ClampOp = new("aten::clamp");
        private static readonly Operator ClampInPlace = new("aten::clamp_");
        private static readonly Operator FillInPlace = new("aten::fill_", "Scalar");
        private static readonly Operator ZeroInPlace = new("aten::zero_");
        private static readonly Operator CopyInPlace = new("aten::copy_");
        private static readonly Operator LerpInPlace = new("aten::lerp_", "Tensor");
        private static readonly Operator LerpT = new("aten::lerp", "Tensor");
        private static readonly Operator WhereOp = new("aten::where", "self");
        private static readonly Operator MaskedFillS = new("aten::masked_fill", "Scalar");
        private static readonly Operator RsubS = new("aten::rsub", "Scalar");
    }
}
