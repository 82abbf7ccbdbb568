using Fabric.Agent.Cli.Trials;
using Fabric.Agent.Description;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Lab;

public class LabDescriptionTest
{
    [Test]
    public void ItsExpectationsHold()
    {
        var described = DescriptionReader.Read([LabDescription.Text(LabName.Default)], DeviceIds.Derived());

        var outcomes = ExpectationRun.Of(LabDescription.Network(LabName.Default), described.Expectations);

        outcomes.Length.ShouldBeGreaterThan(5);
        outcomes.Where(outcome => !outcome.Holds).ShouldBeEmpty();
    }

    [Test]
    public void FourGuestsHaveAddressesAndRoutersOfBothVersions()
    {
        var guests = LabDescription.Guests(LabDescription.Network(LabName.Default));

        guests.Select(guest => guest.Port.Name).ShouldBe(["web1", "web2", "db1", "db2"]);
        guests[2].Addresses.Select(address => $"{address}").ShouldBe(["10.2.0.11/24", "fd00:2::11/64"]);
        guests[2].Gateways.Select(address => $"{address}").ShouldBe(["10.2.0.1", "fd00:2::1"]);
        guests.ShouldAllBe(guest => guest.Mac != null);
    }
}
