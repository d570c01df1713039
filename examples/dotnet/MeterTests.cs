using Xunit;

namespace Gbsmart.Example;

/// <summary>xUnit against a running gbsmart: every test begins with a fresh system.</summary>
public sealed class MeterTests : IAsyncLifetime
{
    private readonly GbsmartControl gbsmart =
        new(Environment.GetEnvironmentVariable("GBSMART_CONSOLE") ?? "http://127.0.0.1:8080");

    private string meter = "";

    public async Task InitializeAsync()
    {
        await gbsmart.ResetAsync();
        var homes = await gbsmart.GetAsync("/homes");
        meter = homes.GetProperty("homes")[0].GetProperty("esme").GetString()!;
    }

    public Task DisposeAsync()
    {
        gbsmart.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task AMeterIsRead()
    {
        var reading = await gbsmart.ReadAsync(meter);
        Assert.Equal("I0", reading.GetProperty("response_code").GetString());
    }

    [Fact]
    public async Task ACriticalCommandBringsAllItsMessages()
    {
        var set = await gbsmart.WaitForAsync(await gbsmart.SendAsync("7.2", meter));
        Assert.True(set.GetProperty("complete").GetBoolean(), set.GetProperty("missing").GetString());
    }

    [Fact]
    public async Task AnUnknownMeterIsRefusedWithItsCode()
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(
            () => gbsmart.ReadAsync("00-DB-12-34-C0-FF-FF-00"));
        Assert.Equal("E19", refused.ResponseCode);
    }
}
