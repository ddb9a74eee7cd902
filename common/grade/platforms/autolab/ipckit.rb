require "AssessmentBase.rb"

module Ipckit
  include AssessmentBase

  def assessmentInitialize(course)
    super("ipckit", course)
    @problems = []
  end

  # What Autolab sends anyway, and one more file whose name tells the driver which submission of the student's this is:
  # nothing else says so there. The hints get clearer by it. Its content does not matter.
  def autogradeInputFiles(ass_dir, assessment, submission)
    makefile = File.join(ass_dir, "autograde-Makefile")
    [
      { "localFile" => submission.handin_file_path,
        "remoteFile" => submission.handin_file_long_filename,
        "destFile" => assessment.handin_filename },
      { "localFile" => makefile, "destFile" => "Makefile" },
      { "localFile" => File.join(ass_dir, "autograde.tar"), "destFile" => "autograde.tar" },
      { "localFile" => makefile, "destFile" => "attempt.#{submission.version}" }
    ]
  end
end
