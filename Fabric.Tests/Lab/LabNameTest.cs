using Fabric.Agent.Lab;

namespace Fabric.Tests.Lab;

public class LabNameTest
{
    [TestCase("a")]
    [TestCase("lab")]
    [TestCase("lab123")]
    public void ANameGivesInterfacesNoLongerThanTheKernelTakes(string text)
    {
        LabName.TryParse(text, out var name).ShouldBeTrue();

        foreach (var guest in LabDescription.Guests(new LabPlan(name!), LabDescription.Network(new LabPlan(name!))))
        {
            guest.HostInterface.ShouldStartWith(name!.Prefix);
            guest.HostInterface.Length.ShouldBeLessThanOrEqualTo(Guest.MaxInterfaceNameBytes);
        }
    }

    [TestCase("")]
    [TestCase("Lab")]
    [TestCase("1lab")]
    [TestCase("lab1234")]
    [TestCase("../etc")]
    [TestCase("l b")]
    public void OtherNamesAreRefused(string text) => LabName.TryParse(text, out _).ShouldBeFalse();
}
