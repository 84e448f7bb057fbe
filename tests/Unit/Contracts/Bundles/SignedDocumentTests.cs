using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Trust;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Contracts.Bundles;

public sealed class SignedDocumentTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gg-sign-").FullName;
    private readonly SigningKey _key;
    private readonly TrustedKeys _trusted;
    private readonly SignedDocument _document;

    public SignedDocumentTests()
    {
        _key = SigningKey.OpenOrCreate(Path.Combine(_folder, "signing.key"));
        _key.WritePublic(Path.Combine(_folder, "trust"));
        _trusted = new TrustedKeys(Path.Combine(_folder, "trust"));
        _document = SignedDocument.Sign(_key, SignedType.Pointer, "fleet", "*", 7, [1, 2, 3]);
    }

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void WhyNot_AsSigned_IsNothing() => WhyNot(_document).ShouldBeNull();

    [Fact]
    public void WhyNot_AnySignedPartChanged_IsRefused()
    {
        SignedDocument[] changed =
        [
            _document with { Type = SignedType.Manifest },
            _document with { Format = 2 },
            _document with { KeyId = "0123456789abcdef" },
            _document with { Fleet = "other" },
            _document with { Audience = "eu-west" },
            _document with { Sequence = 8 },
            _document with { Sequence = 0 },
            _document with { Payload = [1, 2, 4] },
            _document with { Signature = [.. _document.Signature.Reverse()] },
            _document with { Signature = [] },
        ];

        changed.ShouldAllBe(document => WhyNot(document) != null);

        // Even where the checks of meaning would let it pass, the signature does not.
        (_document with { Type = SignedType.Manifest }).WhyNot(_trusted, SignedType.Manifest, "fleet", ["*"]).ShouldStartWith("no trusted key");
        (_document with { Fleet = "other" }).WhyNot(_trusted, SignedType.Pointer, "other", ["*"]).ShouldStartWith("no trusted key");
        (_document with { Audience = "eu-west" }).WhyNot(_trusted, SignedType.Pointer, "fleet", ["eu-west"]).ShouldStartWith("no trusted key");
    }

    [Fact]
    public void WhyNot_KeyTakenAway_IsRefusedAtOnce()
    {
        WhyNot(_document).ShouldBeNull();

        File.Delete(Path.Combine(_folder, "trust", _key.Id + ".pem"));

        WhyNot(_document).ShouldStartWith("no trusted key");
    }

    [Fact]
    public void WhyNot_TwoKeysPlaced_TakesBoth()
    {
        using var second = SigningKey.OpenOrCreate(Path.Combine(_folder, "second.key"));
        second.WritePublic(Path.Combine(_folder, "trust"));

        WhyNot(SignedDocument.Sign(second, SignedType.Pointer, "fleet", "*", 8, [1])).ShouldBeNull();
        WhyNot(_document).ShouldBeNull();
    }

    private string? WhyNot(SignedDocument document) => document.WhyNot(_trusted, SignedType.Pointer, "fleet", ["*"]);
}
