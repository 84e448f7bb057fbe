using FsCheck;
using FsCheck.Fluent;
using GlobalGateway.Replication.Ledger;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Ledger;

/// <summary>I6: however often and in whatever order reports of a row arrive, the row is the same.</summary>
public class UsedRowTests
{
    private static readonly Arbitrary<UsedRow> Rows = (
        from used in Amounts()
        from estimated in Amounts()
        from cap in Gen.OneOf(Gen.Constant<SpendVector?>(null), Amounts().Select(amount => (SpendVector?)amount))
        from final in Gen.Elements(true, false)
        select new UsedRow("i1", 1, used, estimated, cap, final)).ToArbitrary();

    [Fact]
    public void Merge_TwoRows_IsCommutative() => Prop.ForAll(Rows, Rows, (a, b) => a.Merge(b) == b.Merge(a)).QuickCheckThrowOnFailure();

    [Fact]
    public void Merge_ThreeRows_IsAssociative() => Prop.ForAll(Rows, Rows, Rows, (a, b, c) => a.Merge(b).Merge(c) == a.Merge(b.Merge(c))).QuickCheckThrowOnFailure();

    [Fact]
    public void Merge_SameRow_IsIdempotent() => Prop.ForAll(Rows, Rows, (a, b) => a.Merge(b).Merge(b) == a.Merge(b) && a.Merge(a) == a).QuickCheckThrowOnFailure();

    [Fact]
    public void Merge_NeverForgets() => Prop.ForAll(Rows, Rows, (a, b) => a.Used.FitsIn(a.Merge(b).Used) && (a.Cap is null || a.Merge(b).Cap is not null) && (!a.Final || a.Merge(b).Final)).QuickCheckThrowOnFailure();

    [Fact]
    public void Merge_AnotherHolder_Throws() =>
        Should.Throw<ArgumentException>(() => UsedRow.Registered("i1", 1).Merge(UsedRow.Registered("i2", 1))).Message.ShouldContain("i2");

    private static Gen<SpendVector> Amounts() =>
        from requests in Gen.Choose(0, 9)
        from tokens in Gen.Choose(0, 9)
        from dollars in Gen.Choose(0, 9)
        select new SpendVector(requests, tokens, dollars);
}
