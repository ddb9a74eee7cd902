require "AssessmentBase.rb"

module Ipckit
  include AssessmentBase

  def assessmentInitialize(course)
    super("ipckit", course)
    @problems = []
  end
end
