using Magvit.Domain.Generation;
using Magvit.Model.Masking;
using Xunit;

namespace Magvit.Worker.Tests.Generation;

public class TaskNamesTests
{
    [Fact]
    public void All_ModelAndDomain_AgreeOnNamesAndNeeds()
    {
        var model = GenerationTasks.All.Select(t => (t.Name(), t.NeedsInput(), t.NeedsClass(), t == Magvit.Model.Masking.GenerationTask.CustomMask));
        var domain = GenerationTaskCatalog.All.Select(t => (t.Name, t.NeedsInput, t.NeedsClass, t.NeedsMask));
        Assert.Equal(domain.Order(), model.Order());
    }
}
