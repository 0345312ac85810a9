package perennial.jobs.bench;

import perennial.learning.learner.LearnerOutput;
import perennial.learning.learner.Report;
import perennial.learning.learner.TaskSummary;

/** Takes what learners say, and nothing comes of it. */
enum Ignored implements LearnerOutput {
    OUTPUT;

    @Override
    public void report(Report report) {}

    @Override
    public void taskSummary(TaskSummary summary) {}
}
