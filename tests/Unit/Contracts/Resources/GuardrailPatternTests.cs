using GlobalGateway.Contracts.Resources;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Contracts.ResourceKinds;

public class GuardrailPatternTests
{
    [Theory]
    [InlineData("(?i)confidential|internal use only")]
    [InlineData(@"\b\d{3}-\d{2}-\d{4}\b")]
    [InlineData("(a+)+b")]
    [InlineData(@"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")]
    public void Create_CommonExpression_IsTaken(string text) => GuardrailPattern.Create(text).Problem.ShouldBeNull();

    [Theory]
    [InlineData("[ab]*a[ab]{900}c")]
    [InlineData("(x|y|z)*x(x|y|z){600}[^xyz]")]
    public void Create_LinearButSlow_IsRefused(string text) => GuardrailPattern.Create(text).Problem.ShouldNotBeNull().ShouldStartWith("is too slow");

    [Theory]
    [InlineData("(a)\\1")]
    [InlineData("(?=x)y")]
    [InlineData("(")]
    public void Create_WhatNeedsBacktracking_IsRefused(string text) =>
        GuardrailPattern.Create(text).Problem.ShouldNotBeNull().ShouldStartWith("is not a regular expression that runs in linear time");
}
