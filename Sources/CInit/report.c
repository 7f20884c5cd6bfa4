#include "init.h"

#include "rights.h"

int failed_with(struct report *report, enum plan_step step, int32_t index, int error) {
    if (report->step == STEP_NONE) {
        report->step = step;
        report->index = index;
        report->error = error;
    }
    return -1;
}

int failed(struct report *report, enum plan_step step, int32_t index) {
    return failed_with(report, step, index, errno);
}

int send_message(const struct message *message) { return cs_send(FD_CONTROL, message, sizeof *message, NULL, 0); }

int send_report(const struct report *report) { return send_report_to(FD_CONTROL, report); }

int send_report_to(int control, const struct report *report) {
    const struct message message = {
        .kind = MESSAGE_FAILED,
        .call = report->call,
        .value = report->error,
        .step = report->step,
        .index = report->index,
    };
    return cs_send(control, &message, sizeof message, NULL, 0);
}
